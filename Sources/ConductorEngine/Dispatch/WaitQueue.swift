import ConductorModel

/// Tasks of one agent type that wait for an agent: the most urgent first; within a priority the uids take turns;
/// of one uid the oldest first.
struct WaitQueue: Sendable {
    private struct Line: Sendable {
        let uid: UInt32
        /// A hole stands where a task was withdrawn.
        var keys: [TaskKey?]
        var head = 0
        var count = 1
    }

    /// By the priority's rank, then in the order in which the uids take their turns.
    private var lanes: [[Line]] = Array(repeating: [], count: Priority.allCases.count)
    private var places: [TaskKey: (priority: Priority, uid: UInt32)] = [:]

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ key: TaskKey, priority: Priority, uid: UInt32) {
        guard places.updateValue((priority, uid), forKey: key) == nil else { return }
        if let line = lanes[priority.rank].firstIndex(where: { $0.uid == uid }) {
            lanes[priority.rank][line].keys.append(key)
            lanes[priority.rank][line].count += 1
        } else {
            lanes[priority.rank].append(Line(uid: uid, keys: [key]))
        }
    }

    mutating func remove(_ key: TaskKey) {
        guard let place = places.removeValue(forKey: key),
            let index = lanes[place.priority.rank].firstIndex(where: { $0.uid == place.uid })
        else { return }
        let line = lanes[place.priority.rank][index]
        if let position = line.keys[line.head...].firstIndex(of: key) {
            lanes[place.priority.rank][index].keys[position] = nil
            lanes[place.priority.rank][index].count -= 1
        }
        if lanes[place.priority.rank][index].count == 0 { lanes[place.priority.rank].remove(at: index) }
    }

    /// Takes out the task whose turn it is.
    mutating func popNext() -> TaskKey? {
        guard let rank = lanes.indices.last(where: { !lanes[$0].isEmpty }) else { return nil }
        var line = lanes[rank].removeFirst()
        while line.head < line.keys.count {
            let key = line.keys[line.head]
            line.head += 1
            guard let key else { continue }
            line.count -= 1
            places.removeValue(forKey: key)
            if line.head > 64, line.head * 2 > line.keys.count {
                line.keys.removeFirst(line.head)
                line.head = 0
            }
            if line.count > 0 { lanes[rank].append(line) }
            return key
        }
        return nil
    }

    /// Puts a task back where it was taken from: the next one of its uid.
    mutating func putBack(_ key: TaskKey, priority: Priority, uid: UInt32) {
        places[key] = (priority, uid)
        if let index = lanes[priority.rank].firstIndex(where: { $0.uid == uid }) {
            var line = lanes[priority.rank].remove(at: index)
            line.keys.insert(key, at: line.head)
            line.count += 1
            lanes[priority.rank].insert(line, at: 0)
        } else {
            lanes[priority.rank].insert(Line(uid: uid, keys: [key]), at: 0)
        }
    }
}
