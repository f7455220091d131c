import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Attempts that end without having been anybody's failure: their tasks are requeued and nothing is counted.
extension Engine {
    /// How often agents may return a task of one iteration before it counts as lost.
    static let maximumReturns = 3

    /// An agent returns what it was given and has not begun.
    mutating func acceptReturn(
        _ reference: AttemptReference, _ caller: Caller, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let task = live.handle(of: reference.token), let record = live[task],
            record.key.taskID == reference.taskID,
            let attempt = record.attempts.last(where: { $0.token == reference.token }),
            attempt.number == reference.attempt
        else { return .success(.returned(false)) }
        if let refusal = refusal(to: caller, about: attempt) { return .failure(refusal) }
        release(attempt.agentID, attempt.token, &transaction)
        guard record.isRunning, record.attempts.last?.token == attempt.token else { return .success(.returned(false)) }
        guard record.returns < Self.maximumReturns else {
            let count = record.returns + 1
            attemptsLost(
                [task], agent: attempt.agentID,
                "agent \(attempt.agentID) returned it unbegun, as \(count - 1) times before",
                &transaction)
            return .success(.returned(true))
        }
        live.countReturn(task)
        if canaries.plants(.countReturns) { live.countFailure(task) }
        requeue(task, &transaction)
        save(attempt.agentID, &transaction)
        drainQueues(&transaction)
        return .success(.returned(true))
    }

    /// An agent came back without these attempts. After a start of the daemon that is nobody's failure.
    mutating func abandon(_ tasks: [TaskHandle], agent: AgentID, counted: Bool, _ transaction: inout EngineTransaction)
    {
        guard !counted else {
            return attemptsLost(tasks, agent: agent, "agent \(agent) restarted; this attempt was lost", &transaction)
        }
        for task in tasks { requeue(task, &transaction) }
    }

    private mutating func requeue(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task] else { return impossible("a task that has left is queued again") }
        let key = record.key
        live.conclude(
            task,
            AttemptEnding(.returned, at: transaction.now.wall, duration: record.timeRun(at: transaction.now)))
        endAttempt(task, &transaction)
        guard !isPaused(key) else { return planAgain(task, &transaction) }
        enqueue(task, &transaction)
        save(task, &transaction)
        if let id = key.workflowID { advance(id, &transaction) }
    }
}
