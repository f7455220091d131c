import ConductorModel

/// Workflows' tasks where no agent that meets their demand is registered: they wait a little, and then fail.
extension Engine {
    /// How many workflows a turn looks at, at most; the others follow in the next ones.
    private static let slice = 32

    /// Whether a task that no agent can take now may wait for one.
    func mayQueue(_ record: TaskRecord, _ now: Moment) -> Bool {
        guard let id = record.key.workflowID else { return true }
        guard let run = workflows[id], let demand = record.definition.demand else { return false }
        if isStopping || run.agentsReturnUntil.map({ now.monotonic < $0 }) ?? false { return true }
        let queues = run.record.definition.whenBusy == .queue
        guard fleet.tally(of: demand).registered > 0 else { return queues && run.record.agentWait > .zero }
        // What was given out before has its place; what may not wait is refused only at first.
        return queues || record.failedAttempts > 0
    }

    /// A task of the workflow waits for agents of `type`: the first one to do so begins the workflow's time.
    mutating func awaitAgents(of demand: AgentDemand, in id: WorkflowID, _ transaction: inout EngineTransaction) {
        guard workflows[id] != nil, workflows[id]?.record.agentsAwaitedSince[demand] == nil else { return }
        workflows[id]?.awaitAgents(of: demand, since: transaction.now.persistent)
        if let record = workflows[id]?.record { transaction.change(.workflowUpdated(record)) }
        followQueue(of: demand, in: id, at: transaction.now)
    }

    /// A task of the workflow has begun or ceased to wait for agents that meet `demand`.
    mutating func followQueue(of demand: AgentDemand, in id: WorkflowID, at now: Moment) {
        guard let patience = workflows[id]?.record.agentWait, workflows[id]?.schedule.firstQueued(demand) != nil else {
            agentWaits.remove(id, demand)
            return deadlines.remove(.agentWait(id, demand))
        }
        agentWaits.add(id, demand, patience: patience)
        if fleet.tally(of: demand).registered == 0, let end = endOfAgentWait(demand, in: id, at: now) {
            deadlines.set(.agentWait(id, demand), due: end)
        }
    }

    /// When the workflow's tasks have waited long enough for an agent that meets `demand` to be registered, on the
    /// monotonic clock.
    func endOfAgentWait(_ demand: AgentDemand, in id: WorkflowID, at now: Moment) -> Duration? {
        guard let run = workflows[id] else { return nil }
        let due = run.record.agentsAwaitedSince[demand].map { now.monotonic - max(now.persistent - $0, .zero) } ?? .zero
        // Those that were idle at the daemon's stop have left the registry, and may come back.
        return max(
            agentWaits.end(demand, due: due, patience: run.record.agentWait), run.agentsReturnUntil ?? .zero)
    }

    /// An agent has left, or has other labels or another type from now on; where it was the last that met a demand,
    /// those who wait learn it.
    /// - Parameter mayReturn: it has not had the grace time to come back.
    mutating func agentLeft(_ agent: AgentState, mayReturn: Bool, _ transaction: inout EngineTransaction) {
        guard !canaries.plants(.keepWaitingForNobody) else { return }
        for demand in fleet.demands(metBy: agent) where fleet.tally(of: demand).registered == 0 {
            agentWaits.lastLeft(
                demand, at: transaction.now.monotonic, returnsWithin: mayReturn ? configuration.grace : .zero)
            if let due = agentWaits.nextDue(demand) { deadlines.set(.stranded(demand), due: due) }
        }
    }

    /// Finds the workflows that have waited long enough since the last agent that meets `demand` left.
    mutating func strandedDue(_ demand: AgentDemand, _ transaction: inout EngineTransaction) {
        guard fleet.tally(of: demand).registered == 0 else { return }
        for _ in 0..<Self.slice {
            guard let id = agentWaits.popOverdue(demand, by: transaction.now.monotonic) else { break }
            let end = endOfAgentWait(demand, in: id, at: transaction.now) ?? transaction.now.monotonic
            deadlines.set(.agentWait(id, demand), due: end)
        }
        if let due = agentWaits.nextDue(demand) { deadlines.set(.stranded(demand), due: due) }
    }

    /// The workflow's tasks have waited long enough for an agent that meets `demand`, unless one came meanwhile. One of
    /// them fails; while others are left, the deadline is due anew.
    mutating func agentWaitDue(_ id: WorkflowID, _ demand: AgentDemand, _ transaction: inout EngineTransaction) {
        if let end = endOfAgentWait(demand, in: id, at: transaction.now), end <= transaction.now.monotonic,
            fleet.tally(of: demand).registered == 0, let queued = workflows[id]?.schedule.firstQueued(demand),
            let task = live.handle(of: TaskKey(workflowID: id, taskID: queued))
        {
            refuse(
                task, .noAvailableAgent, "no agent of \(demand) was registered in time", &transaction)
        }
        followQueue(of: demand, in: id, at: transaction.now)
    }
}
