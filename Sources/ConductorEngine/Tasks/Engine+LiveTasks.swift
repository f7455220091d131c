import ConductorModel

/// How tasks come into memory and leave it: what they demand of agents comes and leaves with them.
extension Engine {
    /// A new task.
    mutating func add(_ record: TaskRecord) -> TaskHandle {
        follow(record)
        return live.add(record)
    }

    /// A task that the store holds.
    mutating func restore(_ record: TaskRecord) -> TaskHandle {
        follow(record)
        return live.restore(record)
    }

    /// A task leaves the memory.
    /// - Returns: who waits for it.
    @discardableResult
    mutating func remove(_ task: TaskHandle) -> [Waiter] {
        if let record = live[task], let demand = record.definition.demand, !demand.isPlain {
            demands.remove(demand, of: record.ownerUID)
            unfollow(demand)
        }
        return live.remove(task)
    }

    private mutating func follow(_ record: TaskRecord) {
        guard let demand = record.definition.demand, !demand.isPlain else { return }
        demands.add(demand, of: record.ownerUID)
        fleet.follow(demand)
    }

    /// A demand is asked for once less.
    mutating func unfollow(_ demand: AgentDemand) {
        guard !demand.isPlain, let dropped = fleet.unfollow(demand) else { return }
        agentWaits.forget(dropped)
        deadlines.remove(.stranded(dropped))
    }
}
