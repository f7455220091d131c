import ConductorModel

/// Workflows' tasks where no agent of their type is registered: they wait a little, and then fail.
extension Engine {
    /// How many workflows a turn looks at, at most; the others follow in the next ones.
    private static let slice = 32

    /// Whether a task that no agent can take now may wait for one.
    func mayQueue(_ record: TaskRecord, _ now: Moment) -> Bool {
        guard let id = record.key.workflowID else { return true }
        guard let run = workflows[id], let type = record.definition.assignedTo else { return false }
        if isStopping || run.agentsReturnUntil.map({ now.monotonic < $0 }) ?? false { return true }
        let queues = run.record.definition.whenBusy == .queue
        guard fleet.tally(of: type).registered > 0 else { return queues && run.record.agentWait > .zero }
        // What was given out before has its place; what may not wait is refused only at first.
        return queues || record.failedAttempts > 0
    }

    /// A task of the workflow waits for agents of `type`: the first one to do so begins the workflow's time.
    mutating func awaitAgents(of type: AgentType, in id: WorkflowID, _ transaction: inout EngineTransaction) {
        guard workflows[id] != nil, workflows[id]?.record.agentsAwaitedSince[type] == nil else { return }
        workflows[id]?.awaitAgents(of: type, since: transaction.now.persistent)
        if let record = workflows[id]?.record { transaction.change(.workflowUpdated(record)) }
        followQueue(of: type, in: id, at: transaction.now)
    }

    /// A task of the workflow has begun or ceased to wait for agents of `type`.
    mutating func followQueue(of type: AgentType, in id: WorkflowID, at now: Moment) {
        guard let patience = workflows[id]?.record.agentWait, workflows[id]?.schedule.firstQueued(type) != nil else {
            agentWaits.remove(id, type)
            return deadlines.remove(.agentWait(id, type))
        }
        agentWaits.add(id, type, patience: patience)
        if fleet.tally(of: type).registered == 0, let end = endOfAgentWait(type, in: id, at: now) {
            deadlines.set(.agentWait(id, type), due: end)
        }
    }

    /// When the workflow's tasks have waited long enough for an agent of `type` to be registered, on the monotonic
    /// clock.
    func endOfAgentWait(_ type: AgentType, in id: WorkflowID, at now: Moment) -> Duration? {
        guard let run = workflows[id] else { return nil }
        let due = run.record.agentsAwaitedSince[type].map { now.monotonic - max(now.persistent - $0, .zero) } ?? .zero
        // Those that were idle at the daemon's stop have left the registry, and may come back.
        return max(
            agentWaits.end(type, due: due, patience: run.record.agentWait), run.agentsReturnUntil ?? .zero)
    }

    /// An agent of `type` has left; where it was the last, those who wait learn it.
    /// - Parameter mayReturn: it has not had the grace time to come back.
    mutating func agentLeft(_ type: AgentType, mayReturn: Bool, _ transaction: inout EngineTransaction) {
        guard fleet.tally(of: type).registered == 0, !canaries.plants(.keepWaitingForNobody) else { return }
        agentWaits.lastLeft(
            type, at: transaction.now.monotonic, returnsWithin: mayReturn ? configuration.grace : .zero)
        if let due = agentWaits.nextDue(type) { deadlines.set(.stranded(type), due: due) }
    }

    /// Finds the workflows that have waited long enough since the last agent of `type` left.
    mutating func strandedDue(_ type: AgentType, _ transaction: inout EngineTransaction) {
        guard fleet.tally(of: type).registered == 0 else { return }
        for _ in 0..<Self.slice {
            guard let id = agentWaits.popOverdue(type, by: transaction.now.monotonic) else { break }
            let end = endOfAgentWait(type, in: id, at: transaction.now) ?? transaction.now.monotonic
            deadlines.set(.agentWait(id, type), due: end)
        }
        if let due = agentWaits.nextDue(type) { deadlines.set(.stranded(type), due: due) }
    }

    /// The workflow's tasks have waited long enough for an agent of `type`, unless one came meanwhile. One of them
    /// fails; while others are left, the deadline is due anew.
    mutating func agentWaitDue(_ id: WorkflowID, _ type: AgentType, _ transaction: inout EngineTransaction) {
        if fleet.tally(of: type).registered == 0, let end = endOfAgentWait(type, in: id, at: transaction.now),
            end <= transaction.now.monotonic, let queued = workflows[id]?.schedule.firstQueued(type),
            let task = live.handle(of: TaskKey(workflowID: id, taskID: queued))
        {
            refuse(
                task, .noAvailableAgent, "no agent of type \(type.rawValue) was registered in time", &transaction)
        }
        followQueue(of: type, in: id, at: transaction.now)
    }
}
