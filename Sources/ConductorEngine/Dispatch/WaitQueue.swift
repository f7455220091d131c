import ConductorModel

/// Tasks of one agent type that wait for an agent: the uids take turns, so that nobody's urgent work keeps out another's;
/// of one uid the most urgent first, and then the oldest.
struct WaitQueue: Sendable {
    /// The tasks of one uid and priority.
    private struct Line: Sendable {
        /// A hole stands where a task was taken out; before `head` there is nothing else.
        private var tasks: [TaskHandle?] = []
        private var head = 0
        /// How many were cut off before the first of `tasks`.
        private var offset = 0

        var first: TaskHandle? { head < tasks.count ? tasks[head] : nil }

        /// Adds a task after the others.
        /// - Returns: its position.
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

    /// The tasks of one uid.
    private struct User: Sendable {
        let uid: UInt32
        /// By the priority's rank.
        var lines = Array(repeating: Line(), count: Priority.allCases.count)

        var first: TaskHandle? { lines.last { $0.first != nil }?.first }
    }

    private struct Place: Sendable {
        let uid: UInt32
        let rank: Int
        let position: Int
    }

    /// Those who have tasks here, in the order of their turns.
    private var users: [User] = []
    private var places: [TaskHandle: Place] = [:]

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ task: TaskHandle, priority: Priority, uid: UInt32) {
        guard places[task] == nil else { return }
        let index = users.firstIndex { $0.uid == uid } ?? users.endIndex
        if index == users.endIndex { users.append(User(uid: uid)) }
        places[task] = Place(uid: uid, rank: priority.rank, position: users[index].lines[priority.rank].append(task))
    }

    /// The task whose turn it is.
    var next: TaskHandle? { users.first?.first }

    /// Takes out a task that was given to an agent; the next turn is another uid's.
    mutating func accept(_ task: TaskHandle) {
        guard let place = places[task] else { return }
        remove(task)
        if let index = users.firstIndex(where: { $0.uid == place.uid }) { users.append(users.remove(at: index)) }
    }

    /// Takes out a task that waits no longer.
    mutating func remove(_ task: TaskHandle) {
        guard let place = places.removeValue(forKey: task),
            let index = users.firstIndex(where: { $0.uid == place.uid })
        else { return }
        users[index].lines[place.rank].remove(at: place.position)
        if users[index].first == nil { users.remove(at: index) }
    }
}
