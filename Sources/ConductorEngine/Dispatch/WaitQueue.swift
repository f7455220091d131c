import ConductorModel

/// Tasks of one agent type that wait for an agent: the most urgent first; within a priority the uids take turns;
/// of one uid the oldest first.
struct WaitQueue: Sendable {
    /// The tasks of one uid and priority.
    private struct Line: Sendable {
        let uid: UInt32
        /// A hole stands where a task was taken out; before `head` there is nothing else.
        private var keys: [TaskKey?] = []
        private var head = 0
        /// How many were cut off before the first of `keys`.
        private var offset = 0

        init(uid: UInt32) {
            self.uid = uid
        }

        var first: TaskKey? { head < keys.count ? keys[head] : nil }

        var waiting: [TaskKey] { keys.compactMap { $0 } }

        /// Adds a task behind the others; gives its position.
        mutating func append(_ key: TaskKey) -> Int {
            keys.append(key)
            return offset + keys.count - 1
        }

        mutating func remove(at position: Int) {
            keys[position - offset] = nil
            while head < keys.count, keys[head] == nil { head += 1 }
            guard head > 64, head * 2 > keys.count else { return }
            keys.removeFirst(head)
            offset += head
            head = 0
        }
    }

    private struct Place: Sendable {
        let rank: Int
        let uid: UInt32
        let position: Int
    }

    /// By the priority's rank, then in the order in which the uids take their turns.
    private var lanes: [[Line]] = Array(repeating: [], count: Priority.allCases.count)
    private var places: [TaskKey: Place] = [:]

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ key: TaskKey, priority: Priority, uid: UInt32) {
        guard places[key] == nil else { return }
        let rank = priority.rank
        let index = lanes[rank].firstIndex { $0.uid == uid } ?? lanes[rank].endIndex
        if index == lanes[rank].endIndex { lanes[rank].append(Line(uid: uid)) }
        places[key] = Place(rank: rank, uid: uid, position: lanes[rank][index].append(key))
    }

    /// The task whose turn it is.
    var next: TaskKey? {
        lanes.last { !$0.isEmpty }?.first?.first
    }

    /// All that wait, in the order of their turns as they stand.
    var keys: [TaskKey] {
        lanes.reversed().flatMap { lane in lane.flatMap(\.waiting) }
    }

    /// Takes out a task that was given to an agent; the next turn is another uid's.
    mutating func take(_ key: TaskKey) {
        guard let place = places[key] else { return }
        remove(key)
        if let index = lanes[place.rank].firstIndex(where: { $0.uid == place.uid }) {
            lanes[place.rank].append(lanes[place.rank].remove(at: index))
        }
    }

    /// Takes out a task that waits no longer.
    mutating func remove(_ key: TaskKey) {
        guard let place = places.removeValue(forKey: key),
            let index = lanes[place.rank].firstIndex(where: { $0.uid == place.uid })
        else { return }
        lanes[place.rank][index].remove(at: place.position)
        if lanes[place.rank][index].first == nil { lanes[place.rank].remove(at: index) }
    }
}
