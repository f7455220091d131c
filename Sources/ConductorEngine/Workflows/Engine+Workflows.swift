import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Workflows as a whole: submitted, looked at, cancelled, ended.
extension Engine {
    mutating func run(
        _ submission: WorkflowSubmission, _ caller: Caller, _ known: StoredContext,
        _ transaction: inout EngineTransaction
    ) {
        let id = submission.definition.workflowID ?? transaction.identifier()
        if let earlier = findWorkflow(id, known) {
            return attach(submission, caller, to: earlier, &transaction)
        }
        var definition = submission.definition
        for index in definition.tasks.indices where definition.tasks[index].taskID == nil {
            definition.tasks[index].taskID = transaction.identifier()
        }
        let plan: WorkflowPlan
        do throws(Problem) {
            plan = try WorkflowPlan(definition)
        } catch {
            let field = JSONFieldError(field: "definition.\(error.path)", reason: error.message)
            return transaction.refuse(.invalidParams(field), to: caller)
        }
        if let refusal = refusal(of: definition, inputs: submission.inputs, caller) {
            return transaction.refuse(refusal, to: caller)
        }

        var record = WorkflowRecord(
            workflowID: id, definition: definition, inputs: submission.inputs, ownerUID: caller.peer.uid,
            startedAt: transaction.now.wall)
        record.number = workflows.nextNumber()
        let ids = definition.tasks.compactMap(\.taskID)
        workflows.add(WorkflowRun(record: record, taskIDs: ids, plan: plan))
        transaction.change(.workflowAdded(record))
        for (taskID, task) in zip(ids, definition.tasks) {
            let record = TaskRecord(
                key: TaskKey(workflowID: id, taskID: taskID), definition: task, ownerUID: caller.peer.uid,
                createdAt: transaction.now.wall, stage: .planned, queueTimeout: definition.queueTimeout)
            _ = add(record)
            transaction.change(.taskAdded(record))
        }
        emit(.workflowStarted, workflow: id, &transaction) { writer in
            writer.member("name", definition.name)
            writer.member("task_count", ids.count)
        }
        if submission.detach {
            if let state = state(of: id) { transaction.reply(.workflowStarted(state), to: caller) }
        } else {
            workflows[id]?.add(Waiter(caller))
        }
        enter(phase: 0, last: definition.phases.count - 1, id, &transaction)
        advance(id, &transaction)
    }

    private func refusal(of definition: WorkflowDefinition, inputs: JSONText, _ caller: Caller) -> Refusal? {
        let limits = configuration.limits
        if definition.tasks.count > limits.maxTasksPerWorkflow {
            return .quotaExceeded("max_tasks_per_workflow", limit: limits.maxTasksPerWorkflow)
        }
        return quotaRefusal(
            adding: definition.tasks, workflows: 1,
            bytes: definition.source.bytes.count + inputs.bytes.count, uid: caller.peer.uid)
    }

    private mutating func attach(
        _ submission: WorkflowSubmission, _ caller: Caller, to earlier: WorkflowState,
        _ transaction: inout EngineTransaction
    ) {
        let id = earlier.record.workflowID
        let isSameDefinition = earlier.record.definition.source.isEquivalent(to: submission.definition.source)
        guard isSameDefinition, earlier.record.inputs.isEquivalent(to: submission.inputs) else {
            let difference = isSameDefinition ? "inputs" : "content"
            let refusal = Refusal(
                .conflict, "workflow \(id) exists already with other \(difference)",
                details: ["kind": .text("workflow"), "id": .text(id.description)])
            return transaction.refuse(refusal, to: caller)
        }
        let repetition: Reply.Repetition = earlier.record.status.isTerminal ? .recorded : .attached
        if submission.detach {
            transaction.reply(.repeated(repetition, .workflowStarted(earlier)), to: caller)
        } else if earlier.record.status.isTerminal {
            transaction.reply(.repeated(repetition, .workflowState(earlier)), to: caller)
        } else {
            workflows[id]?.add(Waiter(caller, isFirst: false))
        }
    }

    func problems(of definition: JSONText) -> [Problem] {
        guard let value = try? definition.parsed() else { return [Problem(path: "", message: "is not JSON")] }
        do throws(JSONFieldError) {
            return WorkflowPlan.problems(of: try WorkflowDefinition(json: value))
        } catch {
            return [Problem(path: error.field, message: error.reason)]
        }
    }

    /// A workflow's state, from memory or from what the store knows.
    func findWorkflow(_ id: WorkflowID, _ known: StoredContext) -> WorkflowState? {
        if let state = state(of: id) { return state }
        if case .workflow(let record, let tasks) = known, record.workflowID == id {
            var record = record
            record.definition.name(tasks: tasks.map(\.key.taskID))
            return WorkflowState(record: record, taskResults: tasks.compactMap { $0.outcome?.result })
        }
        return nil
    }

    func workflow(_ id: WorkflowID, _ known: StoredContext) -> Result<WorkflowState, Refusal> {
        findWorkflow(id, known).map(Result.success) ?? .failure(.notFound(kind: "workflow", id: id))
    }

    /// The state of a workflow in memory.
    func state(of id: WorkflowID) -> WorkflowState? {
        guard let run = workflows[id] else { return nil }
        return WorkflowState(
            record: run.record, taskResults: run.taskIDs.compactMap { live[run.key($0)]?.outcome?.result })
    }

    mutating func cancel(
        _ id: WorkflowID, _ reason: String?, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        guard let run = workflows[id] else { return workflow(id, known).map(Reply.workflowState) }
        for task in run.taskIDs {
            guard let task = live.handle(of: run.key(task)), let record = live[task], !record.status.isTerminal else {
                continue
            }
            recall(task, reason: reason ?? "the workflow was cancelled", &transaction)
            settle(task, cancellation(of: record, reason, transaction.now), .taskCancelled, &transaction)
        }
        workflows[id]?.endPhase(.cancelled, at: transaction.now.wall)
        let state = finish(id, .cancelled, .workflowCancelled, &transaction)
        drainQueues(&transaction)
        return state.map { .success(.workflowState($0)) } ?? .failure(.notFound(kind: "workflow", id: id))
    }

    /// Ends a workflow and takes it out of memory; the store has it.
    @discardableResult
    mutating func finish(
        _ id: WorkflowID, _ status: WorkflowStatus, _ kind: EventKind, _ transaction: inout EngineTransaction
    ) -> WorkflowState? {
        skipPlanned(id, &transaction)
        let outputs = outputs(of: id, &transaction)
        workflows[id]?.end(status, outputs, at: transaction.now.wall)
        guard let state = state(of: id), let run = workflows[id] else { return nil }
        transaction.change(.workflowUpdated(state.record))
        let duration = max(.zero, transaction.now.wall - state.record.startedAt)
        emit(kind, workflow: id, phase: state.record.currentPhase, &transaction) { writer in
            writer.member("name", state.record.definition.name)
            writer.member("completed_task_count", state.record.completedTaskCount)
            writer.member("failed_task_count", state.record.failedTaskCount)
            if status == .failed { writer.member("error_code", state.record.errorLog.last?.errorCode) }
            writer.member("duration_seconds", duration)
        }
        for waiter in run.waiters {
            transaction.reply(Reply.workflowState(state).repeated(waiter.repetition), to: waiter.caller)
        }
        for task in run.taskIDs.compactMap({ live.handle(of: run.key($0)) }) { remove(task) }
        workflows.remove(id)
        transaction.ended[id] = state
        return state
    }

    /// Of a workflow all of whose tasks have ended.
    private func outputs(of id: WorkflowID, _ transaction: inout EngineTransaction) -> WorkflowOutputs {
        guard let run = workflows[id], !run.record.definition.outputs.isEmpty else { return .none }
        var results: [TaskID: TaskResult] = [:]
        for task in run.record.definition.outputs.flatMap(\.tasks) {
            results[task] = live[run.key(task)]?.outcome?.result
        }
        let (outputs, cost) = ExpressionEvaluator.outputs(
            run.record.definition.outputs, results: results, inputs: run.record.inputs,
            feedback: run.record.feedback.shown ?? .null)
        transaction.expressionBytes += cost
        return outputs
    }

    /// No task outlives its workflow.
    private mutating func skipPlanned(_ id: WorkflowID, _ transaction: inout EngineTransaction) {
        guard let run = workflows[id] else { return }
        for task in run.taskIDs {
            guard let task = live.handle(of: run.key(task)), let record = live[task], record.outcome == nil else {
                continue
            }
            let reason =
                run.record.definition.takes(record.definition)
                ? "the workflow ended before its turn" : "it will never run: no phase for its type"
            let result = coordinatorResult(record, .skipped, nil, reason, transaction.now)
            settle(task, TaskRecord.Outcome(result: result), .taskSkipped, &transaction)
        }
    }
}

extension WorkflowRecord {
    /// Accepted failures count as done.
    var tally: Tally {
        Tally(
            completed: completedTaskCount + acceptedFailures.count, failed: failedTaskCount - acceptedFailures.count)
    }
}
