import ConductorJSON
import ConductorModel
import ConductorProtocol

/// One attempt from its start to its end.
extension Engine {
    mutating func start(_ key: TaskKey, on agent: AgentID, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, let connection = registry[agent]?.connection else { return }
        let attempt = Attempt(
            number: (record.attempts.last?.number ?? 0) + 1, iteration: record.iteration, token: transaction.token(),
            agentID: agent, startedAt: transaction.now.wall)
        let timeout = record.definition.timeout
        tasks[key]?.record.attempts.append(attempt)
        move(key, to: .running(deadline: transaction.now.persistent + timeout), at: transaction.now)
        attempts[attempt.token] = key
        runningTasks += 1
        registry.markUsed(agent)
        registry.update(agent) { $0.running.append(key) }
        deadlines.set(.attempt(key), due: transaction.now.monotonic + timeout)
        save(agent, &transaction)
        guard let started = tasks[key]?.record else { return }
        emit(.taskStarted, started, agent: agent, &transaction) { $0.member("name", started.definition.name) }
        transaction.output(
            .notify(connection, .execute(assignment(of: started, attempt, deadline: transaction.now.wall + timeout))))
    }

    private func assignment(of record: TaskRecord, _ attempt: Attempt, deadline: Timestamp) -> TaskAssignment {
        var task = record.definition
        task.taskID = record.key.taskID
        task.inputData = record.input
        return TaskAssignment(
            task: task, attempt: attempt.number, token: attempt.token, timeout: record.definition.timeout,
            deadline: deadline, workflowID: record.key.workflowID,
            phase: record.key.workflowID == nil ? nil : record.definition.assignedTo?.phase,
            feedback: record.key.workflowID.flatMap { workflows[$0]?.record.feedback.shown })
    }

    mutating func complete(
        _ completion: TaskCompletion, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let record = record(of: completion, known) else {
            return .failure(.notFound(kind: "task", id: completion.taskID))
        }
        guard
            let attempt = record.attempts.last(where: {
                $0.number == completion.attempt
                    && ($0.token == completion.token || canaries.plants(.skipTokenCheck))
            })
        else { return .failure(stale(completion)) }
        if let refusal = refusal(to: caller, about: attempt) { return .failure(refusal) }
        release(attempt.agentID, attempt.token, &transaction)
        if attempt.isAnswered { return .success(.recorded) }
        guard record.isRunning, record.attempts.last?.token == attempt.token else { return .failure(stale(completion)) }
        take(completion, of: record, attempt, &transaction)
        return .success(.recorded)
    }

    /// Only the user whose agent was given an attempt speaks of it.
    func refusal(to caller: Caller, about attempt: Attempt) -> Refusal? {
        guard let agent = registry[attempt.agentID], agent.state.ownerUID != caller.peer.uid,
            !caller.peer.role.covers(.admin), !canaries.plants(.skipUIDCheck)
        else { return nil }
        return Refusal(
            .permissionDenied, "the task was given to an agent of another user",
            details: ["required_role": .text(Role.agent.rawValue)])
    }

    private func record(of completion: TaskCompletion, _ known: StoredContext) -> TaskRecord? {
        if let key = attempts[completion.token], key.taskID == completion.taskID { return tasks[key]?.record }
        if case .task(let record) = known, record.key.taskID == completion.taskID { return record }
        return tasks[TaskKey(taskID: completion.taskID)]?.record
    }

    private func stale(_ completion: TaskCompletion) -> Refusal {
        Refusal(
            .staleAttempt, "attempt \(completion.attempt) of task \(completion.taskID) is no longer the current one",
            details: ["task_id": .text(completion.taskID.description), "attempt": .number(completion.attempt)])
    }

    /// The first answer to the current attempt.
    private mutating func take(
        _ completion: TaskCompletion, of record: TaskRecord, _ attempt: Attempt, _ transaction: inout EngineTransaction
    ) {
        let key = record.key
        let isNoted = !canaries.plants(.forgetAnswer)
        tasks[key]?.record.attempts[record.attempts.count - 1].isAnswered = isNoted
        let type = endAttempt(key, &transaction)
        let status: TaskStatus = completion.status == .completed ? .completed : .failed
        registry.update(attempt.agentID) {
            $0.note(key.taskID, completed: status == .completed, keeping: configuration.limits.maxListedTasksPerAgent)
        }
        var result = TaskResult(
            taskID: key.taskID, workflowID: key.workflowID, agentID: attempt.agentID, status: status,
            outputData: completion.outputData, errorMessage: completion.errorMessage,
            errorCode: completion.errorCode, attempt: attempt.number, iteration: attempt.iteration,
            startedAt: attempt.startedAt, completedAt: transaction.now.wall,
            duration: record.timeRun(at: transaction.now), metadata: completion.metadata, feedback: completion.feedback)
        if result.feedback?.sourceAgentID == nil { result.feedback?.sourceAgentID = attempt.agentID }
        switch completion.status {
        case .completed:
            breakerSucceeded(attempt.agentID, &transaction)
            end(key, TaskRecord.Outcome(result: result), .taskCompleted, &transaction)
        case .failed:
            if let code = completion.errorCode, retryPolicy(of: record).retryableErrors.contains(code) {
                attemptFailed(key, agent: attempt.agentID, TaskRecord.Outcome(result: result), &transaction)
            } else {
                end(key, TaskRecord.Outcome(result: result), .taskFailed, &transaction)
            }
        case .rejected:
            result.errorCode = Refusal.Code.taskValidationFailed.rawValue
            result.errorMessage = completion.errorMessage ?? "agent \(attempt.agentID) refused the task as unsuitable"
            let outcome = TaskRecord.Outcome(result: result, refusal: .taskValidationFailed)
            attemptFailed(key, agent: attempt.agentID, outcome, blame: .task, &transaction)
        }
        save(attempt.agentID, &transaction)
        if policies.policies.isEmpty, let type { drainQueue(type, &transaction) } else { drainQueues(&transaction) }
    }

    /// Frees what the running attempt of a task holds. The type whose tasks may now be given out.
    @discardableResult
    mutating func endAttempt(_ key: TaskKey, holdingSlot: Bool = false, _ transaction: inout EngineTransaction)
        -> AgentType?
    {
        guard let record = tasks[key]?.record, record.isRunning, let attempt = record.attempts.last else { return nil }
        deadlines.remove(.attempt(key))
        runningTasks -= 1
        let isThere = registry[attempt.agentID]?.isConnected == true
        registry.update(attempt.agentID) { agent in
            agent.running.remove(key)
            if holdingSlot, isThere { agent.recalled.append(attempt.token) }
        }
        if holdingSlot, isThere {
            let due = transaction.now.monotonic + configuration.cancelPatience
            deadlines.set(.slot(attempt.agentID, attempt.token), due: due)
        }
        return registry[attempt.agentID]?.state.agentType
    }

    /// Ends the running attempt without its agent's word; the agent is told to stop.
    mutating func recall(_ key: TaskKey, reason: String, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, record.isRunning, let attempt = record.attempts.last else { return }
        if let connection = registry[attempt.agentID]?.connection {
            transaction.output(
                .notify(
                    connection,
                    .cancel(
                        taskID: key.taskID, workflowID: key.workflowID, attempt: attempt.number, reason: reason)))
        }
        endAttempt(key, holdingSlot: true, &transaction)
        save(attempt.agentID, &transaction)
    }

    /// A cancelled attempt gives its slot back.
    mutating func release(_ agent: AgentID, _ token: AttemptToken, _ transaction: inout EngineTransaction) {
        deadlines.remove(.slot(agent, token))
        if let retry = heldRetries.removeValue(forKey: token) { deadlines.set(.retry(retry.key), due: retry.due) }
        guard let known = registry[agent], known.recalled.contains(token) else { return }
        registry.update(agent) { $0.recalled.removeAll { $0 == token } }
        drainQueue(known.state.agentType, &transaction)
    }

    mutating func attemptTimedOut(_ key: TaskKey, _ transaction: inout EngineTransaction) {
        guard let record = tasks[key]?.record, let attempt = record.attempts.last else { return }
        recall(key, reason: "timeout", &transaction)
        let message = "agent \(attempt.agentID) did not answer within \(record.definition.timeout.inSeconds) s"
        let result = coordinatorResult(record, .failed, "TASK_TIMEOUT", message, transaction.now)
        attemptFailed(key, agent: attempt.agentID, TaskRecord.Outcome(result: result), &transaction)
        drainQueues(&transaction)
    }

    /// Attempts of an agent ended without its word; that is one error of the agent, however many they are.
    mutating func attemptsLost(
        _ keys: [TaskKey], agent: AgentID, _ message: String, _ transaction: inout EngineTransaction
    ) {
        var blame = Blame.agent
        for key in keys {
            endAttempt(key, &transaction)
            guard let record = tasks[key]?.record else { continue }
            let code = Refusal.Code.agentLost
            let result = coordinatorResult(record, .failed, code.rawValue, message, transaction.now)
            attemptFailed(
                key, agent: agent, TaskRecord.Outcome(result: result, refusal: code), blame: blame, &transaction)
            blame = .counted
        }
        if !keys.isEmpty { drainQueues(&transaction) }
    }

    /// The attempts of an agent that was unregistered end. It is told to stop the commands, and their tasks are not
    /// given out anew before it has, or has had its time to.
    mutating func stopAttempts(of agent: Agent, _ transaction: inout EngineTransaction) {
        let id = agent.state.agentID
        let keys = agent.running.inOrder
        let ended = keys.compactMap { key in tasks[key]?.record.attempts.last.map { (key, $0) } }
        if let connection = agent.connection {
            tellStopped(keys, on: connection, "agent \(id) was unregistered", &transaction)
        }
        attemptsLost(keys, agent: id, "agent \(id) was unregistered", &transaction)
        for (key, attempt) in ended where agent.connection != nil {
            holdRetry(of: key, attempt.token, &transaction)
        }
    }

    /// Tells a connection on which an agent was to stop the running attempts of these tasks.
    func tellStopped(
        _ keys: [TaskKey], on connection: ConnectionID, _ reason: String, _ transaction: inout EngineTransaction
    ) {
        for key in keys {
            guard let attempt = tasks[key]?.record.attempts.last else { continue }
            let order = Notification.cancel(
                taskID: key.taskID, workflowID: key.workflowID, attempt: attempt.number, reason: reason)
            transaction.output(.notify(connection, order))
        }
    }

    private mutating func holdRetry(of key: TaskKey, _ token: AttemptToken, _ transaction: inout EngineTransaction) {
        guard case .retrying(let time) = tasks[key]?.record.stage else { return }
        let patience = configuration.cancelPatience
        let delay = time - transaction.now.persistent
        guard delay < patience else { return }
        heldRetries[token] = (key, transaction.now.monotonic + delay)
        move(key, to: .retrying(at: transaction.now.persistent + patience), at: transaction.now)
        deadlines.set(.retry(key), due: transaction.now.monotonic + patience)
        save(key, &transaction)
    }

    /// A result that no agent produced.
    func coordinatorResult(
        _ record: TaskRecord, _ status: TaskStatus, _ code: String?, _ message: String?, _ now: Moment
    ) -> TaskResult {
        let attempt = record.attempts.last.flatMap { $0.iteration == record.iteration ? $0 : nil }
        return TaskResult(
            taskID: record.key.taskID, workflowID: record.key.workflowID, agentID: .coordinator, status: status,
            errorMessage: message, errorCode: code, attempt: attempt?.number ?? 0, iteration: record.iteration,
            startedAt: attempt?.startedAt, completedAt: now.wall,
            duration: record.isRunning
                ? record.timeRun(at: now) : attempt.map { max(.zero, now.wall - $0.startedAt) } ?? .zero)
    }
}
