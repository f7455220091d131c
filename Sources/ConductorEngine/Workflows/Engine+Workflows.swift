import ConductorJSON
import ConductorModel

/// Workflows as a whole: submitted, looked at, cancelled, ended.
extension Engine {
    mutating func run(_ submission: WorkflowSubmission, _ caller: Caller, _ known: Known, _ turn: inout Turn) {
        let id = submission.definition.workflowID ?? turn.identifier()
        if let earlier = findWorkflow(id, known) {
            return attach(submission, caller, to: earlier, &turn)
        }
        var definition = submission.definition
        for index in definition.tasks.indices where definition.tasks[index].taskID == nil {
            definition.tasks[index].taskID = turn.identifier()
        }
        let plan: WorkflowPlan
        do throws(Problem) {
            plan = try WorkflowPlan(definition)
        } catch {
            let field = JSONFieldError(field: "definition.\(error.path)", reason: error.message)
            return turn.refuse(.invalidParams(field), to: caller)
        }
        if let refusal = refusal(of: definition, caller) { return turn.refuse(refusal, to: caller) }

        let record = WorkflowRecord(
            workflowID: id, definition: definition, inputs: submission.inputs, ownerUID: caller.peer.uid,
            startedAt: turn.now.wall)
        let ids = definition.tasks.compactMap(\.taskID)
        workflows[id] = WorkflowRun(record: record, taskIDs: ids, plan: plan)
        turn.change(.workflowAdded(record))
        counts.workflows[.inProgress, default: 0] += 1
        for (taskID, task) in zip(ids, definition.tasks) {
            let record = TaskRecord(
                key: TaskKey(workflowID: id, taskID: taskID), definition: task, ownerUID: caller.peer.uid,
                createdAt: turn.now.wall, stage: .planned, queueTimeout: definition.queueTimeout)
            add(record, &turn)
            turn.change(.taskAdded(record))
        }
        emit(.workflowStarted, workflow: id, &turn) { writer in
            writer.member("name", definition.name)
            writer.member("task_count", ids.count)
        }
        if submission.detach {
            if let state = state(of: id) { turn.reply(.workflowStarted(state), to: caller) }
        } else {
            workflows[id]?.waiters.append(Waiter(caller))
        }
        enter(phase: 0, last: definition.phases.count - 1, id, &turn)
        advance(id, &turn)
    }

    private func refusal(of definition: WorkflowDefinition, _ caller: Caller) -> Refusal? {
        let limits = configuration.limits
        if definition.tasks.count > limits.maxTasksPerWorkflow {
            return .quotaExceeded("max_tasks_per_workflow", limit: limits.maxTasksPerWorkflow)
        }
        if workflows.count >= limits.maxLiveWorkflows {
            return .quotaExceeded("max_live_workflows", limit: limits.maxLiveWorkflows)
        }
        return quotaRefusal(adding: definition.tasks.count, uid: caller.peer.uid)
    }

    private mutating func attach(
        _ submission: WorkflowSubmission, _ caller: Caller, to earlier: WorkflowState, _ turn: inout Turn
    ) {
        let id = earlier.record.workflowID
        let isSameDefinition = earlier.record.definition.source.isEquivalent(to: submission.definition.source)
        guard isSameDefinition, earlier.record.inputs.isEquivalent(to: submission.inputs) else {
            let difference = isSameDefinition ? "inputs" : "content"
            let refusal = Refusal(
                .conflict, "workflow \(id) exists already with other \(difference)",
                details: ["kind": .text("workflow"), "id": .text(id.description)])
            return turn.refuse(refusal, to: caller)
        }
        let repetition: Reply.Repetition = earlier.record.status.isTerminal ? .recorded : .attached
        if submission.detach {
            turn.reply(.repeated(repetition, .workflowStarted(earlier)), to: caller)
        } else if earlier.record.status.isTerminal {
            turn.reply(.repeated(repetition, .workflowState(earlier)), to: caller)
        } else {
            workflows[id]?.waiters.append(Waiter(caller, isFirst: false))
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
    func findWorkflow(_ id: WorkflowID, _ known: Known) -> WorkflowState? {
        if let state = state(of: id) { return state }
        if case .workflow(let record, let tasks) = known, record.workflowID == id {
            var record = record
            record.definition.name(tasks: tasks.map(\.key.taskID))
            return WorkflowState(record: record, taskResults: tasks.compactMap { $0.outcome?.result })
        }
        return nil
    }

    func workflow(_ id: WorkflowID, _ known: Known) -> Result<WorkflowState, Refusal> {
        findWorkflow(id, known).map(Result.success) ?? .failure(.notFound(kind: "workflow", id: id))
    }

    /// The state of a workflow in memory.
    func state(of id: WorkflowID) -> WorkflowState? {
        guard let run = workflows[id] else { return nil }
        return WorkflowState(
            record: run.record, taskResults: run.taskIDs.compactMap { tasks[run.key($0)]?.record.outcome?.result })
    }

    mutating func cancel(
        _ id: WorkflowID, _ reason: String?, _ known: Known, _ turn: inout Turn
    ) -> Result<Reply, Refusal> {
        guard let run = workflows[id] else { return workflow(id, known).map(Reply.workflowState) }
        for task in run.taskIDs {
            guard let record = tasks[run.key(task)]?.record, !record.status.isTerminal else { continue }
            recall(record.key, reason: reason ?? "the workflow was cancelled", &turn)
            settle(record.key, cancellation(of: record, reason, turn.now), .taskCancelled, &turn)
        }
        workflows[id]?.record.endPhase(.cancelled, at: turn.now.wall)
        let state = finish(id, .cancelled, .workflowCancelled, &turn)
        pumpAll(&turn)
        return state.map { .success(.workflowState($0)) } ?? .failure(.notFound(kind: "workflow", id: id))
    }

    /// Ends a workflow and takes it out of memory; the store has it.
    @discardableResult
    mutating func finish(
        _ id: WorkflowID, _ status: WorkflowStatus, _ kind: EventKind, _ turn: inout Turn
    ) -> WorkflowState? {
        skipPlanned(id, &turn)
        workflows[id]?.record.stage = .ended(status, at: turn.now.wall)
        workflows[id]?.record.isPaused = false
        counts.workflows[.inProgress, default: 0] -= 1
        counts.workflows[status, default: 0] += 1
        guard let state = state(of: id), let run = workflows[id] else { return nil }
        turn.change(.workflowUpdated(state.record))
        let duration = max(.zero, turn.now.wall - state.record.startedAt)
        emit(kind, workflow: id, phase: state.record.currentPhase, &turn) { writer in
            writer.member("name", state.record.definition.name)
            writer.member("completed_task_count", state.record.completedTaskCount)
            writer.member("failed_task_count", state.record.failedTaskCount)
            if status == .failed { writer.member("error_code", state.record.errorLog.last?.errorCode) }
            writer.member("duration_seconds", duration)
        }
        for waiter in run.waiters {
            turn.reply(Reply.workflowState(state).repeated(waiter.repetition), to: waiter.caller)
        }
        for task in run.taskIDs { forget(run.key(task)) }
        workflows.removeValue(forKey: id)
        turn.ended[id] = state
        return state
    }

    /// No task outlives its workflow.
    private mutating func skipPlanned(_ id: WorkflowID, _ turn: inout Turn) {
        guard let run = workflows[id] else { return }
        for task in run.taskIDs {
            guard let record = tasks[run.key(task)]?.record, record.outcome == nil else { continue }
            let reason =
                run.record.definition.takes(record.definition)
                ? "the workflow ended before its turn" : "no phase of the workflow takes it"
            let result = coordinatorResult(record, .skipped, nil, reason, turn.now)
            settle(record.key, TaskRecord.Outcome(result: result), .taskSkipped, &turn)
        }
    }
}

extension WorkflowRecord {
    /// Accepted failures count as done.
    var tally: Tally {
        Tally(
            completed: completedTaskCount + acceptedFailures.count, failed: failedTaskCount - acceptedFailures.count)
    }

    /// Closes the newest entry of the history, if it is open.
    mutating func endPhase(_ result: PhaseRun.Result, at time: Timestamp) {
        guard let last = phaseHistory.indices.last, phaseHistory[last].ending == nil else { return }
        phaseHistory[last].ending = PhaseRun.Ending(completedAt: time, result: result)
    }
}
