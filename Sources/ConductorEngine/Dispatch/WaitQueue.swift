import ConductorModel

/// Tasks of one agent type that wait for an agent: the uids take turns, so that nobody's urgent work keeps out
/// another's; of one uid the most urgent first, and then the oldest.
///
/// What a task demands of its agent decides whether it can be given out, not whose turn it is: tasks that no free agent
/// may take are passed over.
struct WaitQueue: Sendable {
    /// The tasks of one uid, demand and priority.
    private struct Line: Sendable {
        struct Entry: Sendable {
            let task: TaskHandle
            /// Grows with each task that begins to wait.
            let order: UInt64
        }

        let demand: AgentDemand
        let rank: Int
        /// A hole stands where a task was taken out; before `head` there is nothing else.
        private var tasks: [Entry?] = []
        private var head = 0
        /// How many were cut off before the first of `tasks`.
        private var offset = 0

        init(_ demand: AgentDemand, rank: Int) {
            self.demand = demand
            self.rank = rank
        }

        var first: Entry? { head < tasks.count ? tasks[head] : nil }

        /// Adds a task after the others.
        /// - Returns: its position.
        mutating func append(_ entry: Entry) -> Int {
            tasks.append(entry)
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
        /// Those that are not empty.
        private var lines: [Line] = []

        init(uid: UInt32) {
            self.uid = uid
        }

        var isEmpty: Bool { lines.isEmpty }

        func first(where canBeMet: (AgentDemand) -> Bool) -> TaskHandle? {
            var first: (rank: Int, entry: Line.Entry)?
            for line in lines {
                guard let entry = line.first else { continue }
                if let first, (first.rank, entry.order) > (line.rank, first.entry.order) { continue }
                if canBeMet(line.demand) { first = (line.rank, entry) }
            }
            return first?.entry.task
        }

        /// - Returns: the task's position in its line.
        mutating func append(_ entry: Line.Entry, _ demand: AgentDemand, rank: Int) -> Int {
            let index = line(demand, rank) ?? lines.endIndex
            if index == lines.endIndex { lines.append(Line(demand, rank: rank)) }
            return lines[index].append(entry)
        }

        mutating func remove(_ place: Place) {
            guard let index = line(place.demand, place.rank) else { return impossible("a task waits on no line") }
            lines[index].remove(at: place.position)
            if lines[index].first == nil { lines.remove(at: index) }
        }

        private func line(_ demand: AgentDemand, _ rank: Int) -> Int? {
            lines.firstIndex { $0.rank == rank && $0.demand == demand }
        }
    }

    private struct Place: Sendable {
        let uid: UInt32
        let demand: AgentDemand
        let rank: Int
        let position: Int
    }

    /// Those who have tasks here, in the order of their turns.
    private var users: [User] = []
    private var places: [TaskHandle: Place] = [:]
    private var order: UInt64 = 0

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ task: TaskHandle, _ demand: AgentDemand, priority: Priority, uid: UInt32) {
        guard places[task] == nil else { return }
        let index = users.firstIndex { $0.uid == uid } ?? users.endIndex
        if index == users.endIndex { users.append(User(uid: uid)) }
        let position = users[index].append(.init(task: task, order: order), demand, rank: priority.rank)
        order += 1
        places[task] = Place(uid: uid, demand: demand, rank: priority.rank, position: position)
    }

    /// The task whose turn it is, of those whose demand can be met.
    func next(where canBeMet: (AgentDemand) -> Bool) -> TaskHandle? {
        for user in users {
            if let task = user.first(where: canBeMet) { return task }
        }
        return nil
    }

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
        users[index].remove(place)
        if users[index].isEmpty { users.remove(at: index) }
    }
}
