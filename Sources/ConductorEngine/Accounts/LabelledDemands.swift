import ConductorModel

/// Which labelled demands each user's live tasks have.
struct LabelledDemands: Sendable {
    private struct Share: Hashable {
        let uid: UInt32
        let demand: AgentDemand
    }

    /// How many tasks have it.
    private var tasks: [Share: Int] = [:]
    /// How many different ones each user has.
    private(set) var byUser = UserCounts()

    mutating func add(_ demand: AgentDemand, of uid: UInt32) {
        let share = Share(uid: uid, demand: demand)
        let count = tasks[share] ?? 0
        tasks[share] = count + 1
        if count == 0 { byUser.add(1, of: uid) }
    }

    mutating func remove(_ demand: AgentDemand, of uid: UInt32) {
        let share = Share(uid: uid, demand: demand)
        guard let count = tasks[share] else { return impossible("a demand leaves that never came") }
        tasks[share] = count == 1 ? nil : count - 1
        if count == 1 { byUser.add(-1, of: uid) }
    }

    /// How many of the tasks' demands the user does not have yet.
    func new(in tasks: some Sequence<TaskDefinition>, of uid: UInt32) -> Int {
        var new: Set<AgentDemand> = []
        for case let demand? in tasks.lazy.map(\.demand) where !demand.isPlain {
            if self.tasks[Share(uid: uid, demand: demand)] == nil { new.insert(demand) }
        }
        return new.count
    }
}
