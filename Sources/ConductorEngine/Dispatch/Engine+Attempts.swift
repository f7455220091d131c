import ConductorJSON
import ConductorModel
import ConductorProtocol

/// One attempt from its start to its end.
extension Engine {
    mutating func start(_ task: TaskHandle, on agent: AgentID, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let connection = fleet.connection(of: agent) else {
            return impossible("a task is given to an agent that is not there")
        }
        let attempt = Attempt(
            number: record.attemptCount + 1, iteration: record.iteration, token: transaction.token(),
            agentID: agent, startedAt: transaction.now.wall)
        let timeout = record.definition.timeout
        times.noteStart(of: record, at: transaction.now)
        live.begin(attempt, of: task)
        move(task, to: .running(deadline: transaction.now.persistent + timeout), at: transaction.now)
        fleet.assign(task, record.key.taskID, to: agent)
        deadlines.set(.task(task), due: transaction.now.monotonic + timeout)
        // That it has the task is in the task's own record.
        fleet.refresh(agent, at: transaction.now.wall)
        emit(.taskStarted, record, attempt: attempt.number, agent: agent, &transaction) {
            $0.member("name", record.definition.name)
        }
        transaction.output(
            .notify(connection, .execute(assignment(of: record, attempt, deadline: transaction.now.wall + timeout))))
    }

    private func assignment(of record: TaskRecord, _ attempt: Attempt, deadline: Timestamp) -> TaskAssignment {
        var task = record.definition
        if task.taskID != record.key.taskID { task.taskID = record.key.taskID }
        if let input = record.resolvedInput { task.inputData = input }
        return TaskAssignment(
            task: task, attempt: attempt.number, token: attempt.token, timeout: record.definition.timeout,
            deadline: deadline, workflowID: record.key.workflowID,
            phase: record.key.workflowID == nil ? nil : record.definition.assignedTo?.phase,
            feedback: record.key.workflowID.flatMap { workflows[$0]?.record.feedback.shown })
    }

    mutating func complete(
        _ completion: TaskCompletion, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        let task = handle(of: completion, known)
        guard let record = task.flatMap({ live[$0] }) ?? known.task(completion.taskID) else {
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
        guard let task, record.isRunning, record.attempts.last?.token == attempt.token else {
            return .failure(stale(completion))
        }
        accept(completion, of: task, record, attempt, &transaction)
        return .success(.recorded)
    }

    /// Only the user whose agent was given an attempt speaks of it.
    func refusal(to caller: Caller, about attempt: Attempt) -> Refusal? {
        guard let owner = fleet.owner(of: attempt.agentID), owner != caller.peer.uid,
            !caller.peer.role.covers(.admin), !canaries.plants(.skipUIDCheck)
        else { return nil }
        return Refusal(
            .permissionDenied, "the task was given to an agent of another user",
            details: ["required_role": .text(Role.agent.rawValue)])
    }

    /// The live task that `completion` is about: by its token, else by its id unless `known` has it.
    private func handle(of completion: TaskCompletion, _ known: StoredContext) -> TaskHandle? {
        if let task = live.handle(of: completion.token), live[task]?.key.taskID == completion.taskID { return task }
        return known.task(completion.taskID) == nil ? live.handle(of: TaskKey(taskID: completion.taskID)) : nil
    }

    private func stale(_ completion: TaskCompletion) -> Refusal {
        Refusal(
            .staleAttempt, "attempt \(completion.attempt) of task \(completion.taskID) is no longer the current one",
            details: ["task_id": .text(completion.taskID.description), "attempt": .number(completion.attempt)])
    }

    /// The first answer to the current attempt.
    private mutating func accept(
        _ completion: TaskCompletion, of task: TaskHandle, _ record: TaskRecord, _ attempt: Attempt,
        _ transaction: inout EngineTransaction
    ) {
        let key = record.key
        live.markAnswered(task, !canaries.plants(.forgetAnswer))
        let type = endAttempt(task, &transaction)
        let status: TaskStatus = completion.status == .completed ? .completed : .failed
        fleet.note(
            key.taskID, completed: status == .completed, by: attempt.agentID,
            keeping: configuration.limits.maxListedTasksPerAgent)
        var result = TaskResult(
            taskID: key.taskID, workflowID: key.workflowID, agentID: attempt.agentID, status: status,
            outputData: completion.outputData, errorMessage: completion.errorMessage,
            errorCode: completion.errorCode, attempt: attempt.number, iteration: attempt.iteration,
            startedAt: attempt.startedAt, completedAt: transaction.now.wall,
            duration: record.timeRun(at: transaction.now), metadata: completion.metadata, feedback: completion.feedback)
        if result.feedback?.sourceAgentID == nil { result.feedback?.sourceAgentID = attempt.agentID }
        let roomRefusal = roomRefusal(of: result, record)
        if roomRefusal != nil { result.leaveOutWhatIsLong() }
        switch completion.status {
        case .completed:
            breakerSucceeded(attempt.agentID, &transaction)
            if let roomRefusal {
                fail(task, record, roomRefusal, &transaction)
            } else {
                end(task, TaskRecord.Outcome(result: result), .taskCompleted, &transaction)
            }
        case .failed:
            if let code = completion.errorCode, retryPolicy(of: record).retryableErrors.contains(code) {
                attemptFailed(task, agent: attempt.agentID, TaskRecord.Outcome(result: result), &transaction)
            } else {
                end(task, TaskRecord.Outcome(result: result), .taskFailed, &transaction)
            }
        case .rejected:
            result.errorCode = Refusal.Code.taskValidationFailed.rawValue
            result.errorMessage = completion.errorMessage ?? "agent \(attempt.agentID) refused the task as unsuitable"
            let outcome = TaskRecord.Outcome(result: result, refusal: .taskValidationFailed)
            attemptFailed(task, agent: attempt.agentID, outcome, blame: .task, &transaction)
        }
        save(attempt.agentID, &transaction)
        if policies.policies.isEmpty, let type { drainQueue(type, &transaction) } else { drainQueues(&transaction) }
    }

    /// Why a result cannot be kept: a workflow has those of its tasks at hand until it ends. Nil where it can.
    private func roomRefusal(of result: TaskResult, _ record: TaskRecord) -> Refusal? {
        record.key.workflowID == nil ? nil : quotaRefusal(addingBytes: result.heldBytes, uid: record.ownerUID)
    }

    /// What the agent has completed cannot be kept.
    private mutating func fail(
        _ task: TaskHandle, _ record: TaskRecord, _ refusal: Refusal, _ transaction: inout EngineTransaction
    ) {
        let failure = coordinatorResult(record, .failed, refusal.code.rawValue, refusal.message, transaction.now)
        end(task, TaskRecord.Outcome(result: failure, refusal: refusal.code), .taskFailed, &transaction)
    }

    /// Frees what the running attempt of a task holds. The type whose tasks may now be given out.
    @discardableResult
    mutating func endAttempt(_ task: TaskHandle, holdingSlot: Bool = false, _ transaction: inout EngineTransaction)
        -> AgentType?
    {
        guard let record = live[task], record.isRunning, let attempt = record.attempts.last else { return nil }
        times.noteEnd(of: record, at: transaction.now)
        deadlines.remove(.task(task))
        live.endAttempt()
        if fleet.unassign(task, from: attempt.agentID, holdingSlot: holdingSlot ? attempt.token : nil) {
            let due = transaction.now.monotonic + configuration.cancelPatience
            deadlines.set(.slot(attempt.agentID, attempt.token), due: due)
        }
        return fleet.type(of: attempt.agentID)
    }

    /// Ends the running attempt without its agent's word; the agent is told to stop.
    mutating func recall(_ task: TaskHandle, reason: String, _ transaction: inout EngineTransaction) {
        guard let record = live[task], record.isRunning, let attempt = record.attempts.last else { return }
        if let connection = fleet.connection(of: attempt.agentID) {
            transaction.output(.notify(connection, .cancel(record.key, attempt, reason)))
        }
        endAttempt(task, holdingSlot: true, &transaction)
        save(attempt.agentID, &transaction)
    }

    /// A cancelled attempt gives its slot back.
    mutating func release(_ agent: AgentID, _ token: AttemptToken, _ transaction: inout EngineTransaction) {
        deadlines.remove(.slot(agent, token))
        if let retry = live.releaseRetry(after: token) { deadlines.set(.task(retry.task), due: retry.due) }
        guard fleet.freeSlot(token, of: agent), let type = fleet.type(of: agent) else { return }
        drainQueue(type, &transaction)
    }

    mutating func attemptTimedOut(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        guard let record = live[task], let attempt = record.attempts.last else { return }
        recall(task, reason: "timeout", &transaction)
        let message = "agent \(attempt.agentID) did not answer within \(record.definition.timeout.inSeconds) s"
        let result = coordinatorResult(record, .failed, "TASK_TIMEOUT", message, transaction.now)
        attemptFailed(task, agent: attempt.agentID, TaskRecord.Outcome(result: result), &transaction)
        drainQueues(&transaction)
    }

    /// Attempts of an agent ended without its word; that is one error of the agent, however many they are.
    mutating func attemptsLost(
        _ tasks: [TaskHandle], agent: AgentID, _ message: String, _ transaction: inout EngineTransaction
    ) {
        var blame = Blame.agent
        for task in tasks {
            endAttempt(task, &transaction)
            guard let record = live[task] else { continue }
            let code = Refusal.Code.agentLost
            let result = coordinatorResult(record, .failed, code.rawValue, message, transaction.now)
            attemptFailed(
                task, agent: agent, TaskRecord.Outcome(result: result, refusal: code), blame: blame, &transaction)
            blame = .counted
        }
        if !tasks.isEmpty { drainQueues(&transaction) }
    }

    /// The attempts of an agent that was unregistered end. It is told to stop the commands, and their tasks are not
    /// given out anew before it has, or has had its time to.
    mutating func stopAttempts(of agent: Agent, _ transaction: inout EngineTransaction) {
        let id = agent.state.agentID
        let tasks = agent.running.inOrder
        let ended = tasks.compactMap { task in live[task]?.attempts.last.map { (task, $0) } }
        if let connection = agent.connection {
            tellStopped(tasks, on: connection, "agent \(id) was unregistered", &transaction)
        }
        attemptsLost(tasks, agent: id, "agent \(id) was unregistered", &transaction)
        for (task, attempt) in ended where agent.connection != nil {
            holdRetry(of: task, attempt.token, &transaction)
        }
    }

    /// Tells a connection on which an agent was to stop the running attempts of these tasks.
    func tellStopped(
        _ tasks: [TaskHandle], on connection: ConnectionID, _ reason: String, _ transaction: inout EngineTransaction
    ) {
        for task in tasks {
            guard let record = live[task], let attempt = record.attempts.last else { continue }
            transaction.output(.notify(connection, .cancel(record.key, attempt, reason)))
        }
    }

    private mutating func holdRetry(of task: TaskHandle, _ token: AttemptToken, _ transaction: inout EngineTransaction)
    {
        guard case .retrying(let time) = live[task]?.stage else { return }
        let patience = configuration.cancelPatience
        let delay = time - transaction.now.persistent
        guard delay < patience else { return }
        live.holdRetry(.init(task: task, due: transaction.now.monotonic + delay), after: token)
        move(task, to: .retrying(at: transaction.now.persistent + patience), at: transaction.now)
        deadlines.set(.task(task), due: transaction.now.monotonic + patience)
        save(task, &transaction)
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

extension TaskResult {
    /// Of a failure, its code and its message stay.
    fileprivate mutating func leaveOutWhatIsLong() {
        outputData = .emptyObject
        metadata = .emptyObject
        feedback = nil
    }
}

extension Notification {
    fileprivate static func cancel(_ key: TaskKey, _ attempt: Attempt, _ reason: String) -> Self {
        .cancel(taskID: key.taskID, workflowID: key.workflowID, attempt: attempt.number, reason: reason)
    }
}

extension StoredContext {
    /// The stored task of this id, alone or in whatever workflow.
    fileprivate func task(_ id: TaskID) -> TaskRecord? {
        guard case .task(let record) = self, record.key.taskID == id else { return nil }
        return record
    }
}
