import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The error handler, and how a task ends.
extension Engine {
    /// What a failed attempt says.
    enum Blame {
        /// It counts for the agent's breaker.
        case agent
        /// One error of the agent ended several attempts, and has been counted.
        case counted
        /// The task does not suit the agent.
        case task
    }

    /// An attempt ended badly: another one follows, or `outcome` is the task's.
    mutating func attemptFailed(
        _ task: TaskHandle, agent: AgentID, _ outcome: TaskRecord.Outcome, blame: Blame = .agent,
        _ transaction: inout EngineTransaction
    ) {
        guard let record = live[task] else { return }
        let code = outcome.result.errorCode ?? ""
        fleet.countError(of: agent)
        save(agent, &transaction)
        let isRejected: Bool
        switch blame {
        case .agent:
            isRejected = false
            breakerFailed(agent, &transaction)
        case .counted: isRejected = false
        case .task: isRejected = true
        }
        live.countFailure(task)
        let retry = retryPolicy(of: record)
        guard retry.retryableErrors.contains(code) else {
            escalate(record.key, agent, code, outcome.result.errorMessage ?? code, &transaction)
            return end(task, outcome, isRejected ? .taskRejected : .taskFailed, &transaction)
        }
        guard record.failedAttempts < retry.maxRetries || canaries.plants(.exceedRetryBudget) else {
            deadLetter(record, agent, outcome.result, &transaction)
            return end(task, outcome, .taskFailed, &transaction)
        }
        live.conclude(task, AttemptEnding(outcome))
        let delay = retry.delay(beforeRetry: record.failedAttempts, jitter: transaction.jitter())
        move(task, to: .retrying(at: transaction.now.persistent + delay), at: transaction.now)
        deadlines.set(.task(task), due: transaction.now.monotonic + delay)
        save(task, &transaction)
        emit(.taskRetrying, record, agent: agent, &transaction) { writer in
            writer.member("error_code", code)
            writer.member("retry", record.failedAttempts + 1)
            writer.member("delay_seconds", delay)
            writer.member("error_message", outcome.result.errorMessage.map { String($0.prefix(1024)) })
        }
        // Its slot is free for another task of the workflow.
        if let id = record.key.workflowID { advance(id, &transaction) }
    }

    func retryPolicy(of record: TaskRecord) -> RetryPolicy { record.definition.retry ?? configuration.retry }

    mutating func retryDue(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let demand = record.definition.demand else { return }
        if let token = record.attempts.last?.token { live.releaseRetry(after: token) }
        if let id = record.key.workflowID {
            // It held no slot while it waited, and others have taken what there are.
            guard !isPaused(record.key), workflows[id]?.schedule.mayQueue(demand) == true else {
                return planAgain(task, &transaction)
            }
        }
        switch place(
            record.definition, record.key, demand, mayQueue: mayQueue(record, transaction.now), transaction.now)
        {
        case .start(let agent): start(task, on: agent, &transaction)
        case .queue: enqueue(task, &transaction)
        case .refused(let refusal, let agent):
            noteViolation(refusal, record.key, agent: agent, &transaction)
            return refuse(task, refusal.code, refusal.message, &transaction)
        }
        save(task, &transaction)
    }

    /// Ends a task that no agent has answered.
    mutating func refuse(
        _ task: TaskHandle, _ code: Refusal.Code, _ message: String, _ transaction: inout EngineTransaction
    ) {
        guard let record = live[task] else { return }
        let result = coordinatorResult(record, .failed, code.rawValue, message, transaction.now)
        end(task, TaskRecord.Outcome(result: result, refusal: code), .taskFailed, &transaction)
    }

    /// The task has its outcome: it is recorded, told, and passed to its workflow.
    mutating func end(
        _ task: TaskHandle, _ outcome: TaskRecord.Outcome, _ kind: EventKind, _ transaction: inout EngineTransaction
    ) {
        settle(task, outcome, kind, &transaction)
        if let id = outcome.result.workflowID {
            taskEnded(task, in: id, &transaction)
        } else {
            for waiter in remove(task) {
                transaction.reply(Refusal.outcome(outcome, repeated: waiter.repetition), to: waiter.caller)
            }
        }
    }

    /// Records an outcome without telling the workflow.
    mutating func settle(
        _ task: TaskHandle, _ outcome: TaskRecord.Outcome, _ kind: EventKind, _ transaction: inout EngineTransaction
    ) {
        withdraw(task)
        move(task, to: .ended(outcome), at: transaction.now)
        save(task, &transaction)
        guard let record = live[task] else { return }
        let result = outcome.result
        emit(kind, record, agent: result.agentID == .coordinator ? nil : result.agentID, &transaction) { writer in
            writer.member("name", record.definition.name)
            writer.member("status", result.status)
            writer.member("iteration", result.iteration)
            writer.member("error_code", result.errorCode)
            writer.member("error_message", result.errorMessage.map { String($0.prefix(1024)) })
            writer.member("duration_seconds", result.duration)
        }
    }

    mutating func cancel(
        _ key: TaskKey, _ reason: String?, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let record = find(key, known) else { return .failure(.notFound(kind: "task", id: key.taskID)) }
        guard !record.status.isTerminal, let task = live.handle(of: key) else { return .success(.cancelled(false)) }
        recall(task, reason: reason ?? "cancelled", &transaction)
        end(task, cancellation(of: record, reason, transaction.now), .taskCancelled, &transaction)
        drainQueues(&transaction)
        return .success(.cancelled(true))
    }

    func cancellation(of record: TaskRecord, _ reason: String?, _ now: Moment) -> TaskRecord.Outcome {
        let code = Refusal.Code.cancelled
        return TaskRecord.Outcome(
            result: coordinatorResult(record, .cancelled, code.rawValue, reason ?? "cancelled", now), refusal: code)
    }
}
