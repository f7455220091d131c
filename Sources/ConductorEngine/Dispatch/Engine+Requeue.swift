import ConductorJSON
import ConductorModel

/// Attempts that end without having been anybody's failure: their tasks are requeued and nothing is counted.
extension Engine {
    /// How often agents may return a task of one iteration before it counts as lost.
    static let maximumReturns = 3

    /// An agent returns what it was given and has not begun.
    mutating func takeBack(
        _ reference: AttemptReference, _ caller: Caller, _ turn: inout Turn
    ) -> Result<Reply, Refusal> {
        guard let key = attempts[reference.token], key.taskID == reference.taskID, let record = tasks[key]?.record,
            let attempt = record.attempts.last(where: { $0.token == reference.token }),
            attempt.number == reference.attempt
        else { return .success(.returned(false)) }
        if let refusal = refusal(to: caller, about: attempt) { return .failure(refusal) }
        release(attempt.agentID, attempt.token, &turn)
        guard record.isRunning, record.attempts.last?.token == attempt.token else { return .success(.returned(false)) }
        guard record.returns < Self.maximumReturns else {
            let count = record.returns + 1
            attemptsLost(
                [key], agent: attempt.agentID,
                "agent \(attempt.agentID) returned it unbegun, as \(count - 1) times before",
                &turn)
            return .success(.returned(true))
        }
        tasks[key]?.record.returns += 1
        if canaries.plants(.countReturns) { tasks[key]?.record.failedAttempts += 1 }
        requeue(key, &turn)
        save(attempt.agentID, &turn)
        pumpAll(&turn)
        return .success(.returned(true))
    }

    /// An agent came back without these attempts. After a start of the daemon that is nobody's failure.
    mutating func abandon(_ keys: [TaskKey], agent: AgentID, counted: Bool, _ turn: inout Turn) {
        guard !counted else {
            return attemptsLost(keys, agent: agent, "agent \(agent) restarted; this attempt was lost", &turn)
        }
        for key in keys { requeue(key, &turn) }
    }

    private mutating func requeue(_ key: TaskKey, _ turn: inout Turn) {
        endAttempt(key, &turn)
        guard !isPaused(key) else { return planAgain(key, &turn) }
        enqueue(key, &turn)
        save(key, &turn)
        if let id = key.workflowID { advance(id, &turn) }
    }
}
