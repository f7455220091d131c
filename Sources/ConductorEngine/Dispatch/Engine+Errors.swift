import ConductorJSON
import ConductorModel

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
        _ key: TaskKey, agent: AgentID, _ outcome: TaskRecord.Outcome, blame: Blame = .agent, _ turn: inout Turn
    ) {
        guard let record = tasks[key]?.record else { return }
        let code = outcome.result.errorCode ?? ""
        registry.update(agent) { $0.state.errorCount += 1 }
        save(agent, &turn)
        let isRejected: Bool
        switch blame {
        case .agent:
            isRejected = false
            breakerFailed(agent, &turn)
        case .counted: isRejected = false
        case .task: isRejected = true
        }
        tasks[key]?.record.failedAttempts += 1
        let retry = retryPolicy(of: record)
        guard retry.retryableErrors.contains(code) else {
            escalate(key, agent, code, outcome.result.errorMessage ?? code, &turn)
            return end(key, outcome, isRejected ? .taskRejected : .taskFailed, &turn)
        }
        guard record.failedAttempts < retry.maxRetries || canaries.plants(.exceedRetryBudget) else {
            bury(key, agent, outcome.result, &turn)
            return end(key, outcome, .taskFailed, &turn)
        }
        let delay = retry.delay(beforeRetry: record.failedAttempts, jitter: turn.jitter())
        move(key, to: .retrying(at: turn.now.steady + delay), at: turn.now)
        deadlines.set(.retry(key), due: turn.now.monotonic + delay)
        save(key, &turn)
        emit(.taskRetrying, record, agent: agent, &turn) { writer in
            writer.member("error_code", code)
            writer.member("retry", record.failedAttempts + 1)
            writer.member("delay_seconds", delay)
            writer.member("error_message", outcome.result.errorMessage.map { String($0.prefix(1024)) })
        }
        // Its slot is free for another task of the workflow.
        if let id = key.workflowID { advance(id, &turn) }
    }

    func retryPolicy(of record: TaskRecord) -> RetryPolicy { record.definition.retry ?? configuration.retry }

    mutating func retryDue(_ key: TaskKey, _ turn: inout Turn) {
        guard let record = tasks[key]?.record, let type = record.definition.assignedTo else { return }
        if let token = record.attempts.last?.token { heldRetries[token] = nil }
        if let id = key.workflowID {
            // It held no slot while it waited, and others have taken what there are.
            guard !isPaused(key), workflows[id]?.schedule.mayQueue(type) == true else { return planAgain(key, &turn) }
        }
        switch place(record.definition, key, type, mayQueue: mayQueue(record, turn.now), turn.now) {
        case .start(let agent): start(key, on: agent, &turn)
        case .queue: enqueue(key, &turn)
        case .refused(let refusal, let agent):
            noteViolation(refusal, key, agent: agent, &turn)
            return refuse(key, refusal.code, refusal.message, &turn)
        }
        save(key, &turn)
    }

    /// Ends a task that no agent has answered.
    mutating func refuse(_ key: TaskKey, _ code: Refusal.Code, _ message: String, _ turn: inout Turn) {
        guard let record = tasks[key]?.record else { return }
        let result = coordinatorResult(record, .failed, code.rawValue, message, turn.now)
        end(key, TaskRecord.Outcome(result: result, refusal: code), .taskFailed, &turn)
    }

    /// The task has its outcome: it is recorded, told, and passed to its workflow.
    mutating func end(_ key: TaskKey, _ outcome: TaskRecord.Outcome, _ kind: EventKind, _ turn: inout Turn) {
        settle(key, outcome, kind, &turn)
        if let id = key.workflowID {
            taskEnded(key, in: id, &turn)
        } else {
            let waiters = tasks[key]?.waiters ?? []
            for waiter in waiters {
                turn.reply(Refusal.outcome(outcome, repeated: waiter.repetition), to: waiter.caller)
            }
            forget(key)
        }
    }

    /// Records an outcome without telling the workflow.
    mutating func settle(_ key: TaskKey, _ outcome: TaskRecord.Outcome, _ kind: EventKind, _ turn: inout Turn) {
        withdraw(key)
        move(key, to: .ended(outcome), at: turn.now)
        save(key, &turn)
        guard let record = tasks[key]?.record else { return }
        let result = outcome.result
        emit(kind, record, agent: result.agentID == .coordinator ? nil : result.agentID, &turn) { writer in
            writer.member("name", record.definition.name)
            writer.member("status", result.status)
            writer.member("iteration", result.iteration)
            writer.member("error_code", result.errorCode)
            writer.member("error_message", result.errorMessage.map { String($0.prefix(1024)) })
            writer.member("duration_seconds", result.duration)
        }
    }

    mutating func cancel(
        _ key: TaskKey, _ reason: String?, _ known: Known, _ turn: inout Turn
    ) -> Result<Reply, Refusal> {
        guard let record = find(key, known) else { return .failure(.notFound(kind: "task", id: key.taskID)) }
        guard !record.status.isTerminal else { return .success(.cancelled(false)) }
        recall(key, reason: reason ?? "cancelled", &turn)
        end(key, cancellation(of: record, reason, turn.now), .taskCancelled, &turn)
        pumpAll(&turn)
        return .success(.cancelled(true))
    }

    func cancellation(of record: TaskRecord, _ reason: String?, _ now: Moment) -> TaskRecord.Outcome {
        let code = Refusal.Code.cancelled
        return TaskRecord.Outcome(
            result: coordinatorResult(record, .cancelled, code.rawValue, reason ?? "cancelled", now), refusal: code)
    }
}
