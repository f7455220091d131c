import ConductorModel

/// Tasks of one agent type that wait for an agent: the most urgent first; within a priority the uids take turns;
/// of one uid the oldest first.
struct WaitQueue: Sendable {
    /// The tasks of one uid and priority.
    private struct Line: Sendable {
        let uid: UInt32
        /// A hole stands where a task was taken out; before `head` there is nothing else.
        private var tasks: [TaskHandle?] = []
        private var head = 0
        /// How many were cut off before the first of `tasks`.
        private var offset = 0

        init(uid: UInt32) {
            self.uid = uid
        }

        var first: TaskHandle? { head < tasks.count ? tasks[head] : nil }

        /// Adds a task behind the others; gives its position.
        mutating func append(_ task: TaskHandle) -> Int {
            tasks.append(task)
            return offset + tasks.count - 1
        }

        mutating func remove(at position: Int) {
            tasks[position - offset] = nil
            while head < tasks.count, tasks[head] == nil { head += 1 }
            guard head > 64, head * 2 > tasks.count else { return }
            tasks.removeFirst(head)
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
    private var places: [TaskHandle: Place] = [:]

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ task: TaskHandle, priority: Priority, uid: UInt32) {
        guard places[task] == nil else { return }
        let rank = priority.rank
        let index = lanes[rank].firstIndex { $0.uid == uid } ?? lanes[rank].endIndex
        if index == lanes[rank].endIndex { lanes[rank].append(Line(uid: uid)) }
        places[task] = Place(rank: rank, uid: uid, position: lanes[rank][index].append(task))
    }

    /// The task whose turn it is.
    var next: TaskHandle? {
        lanes.last { !$0.isEmpty }?.first?.first
    }

    /// Takes out a task that was given to an agent; the next turn is another uid's.
    mutating func accept(_ task: TaskHandle) {
        guard let place = places[task] else { return }
        remove(task)
        if let index = lanes[place.rank].firstIndex(where: { $0.uid == place.uid }) {
            lanes[place.rank].append(lanes[place.rank].remove(at: index))
        }
    }

    /// Takes out a task that waits no longer.
    mutating func remove(_ task: TaskHandle) {
        guard let place = places.removeValue(forKey: task),
            let index = lanes[place.rank].firstIndex(where: { $0.uid == place.uid })
        else { return }
        lanes[place.rank][index].remove(at: place.position)
        if lanes[place.rank][index].first == nil { lanes[place.rank].remove(at: index) }
    }
}
