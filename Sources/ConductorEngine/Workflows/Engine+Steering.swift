import ConductorJSON
import ConductorModel

/// What operators do to workflows: pause, resume, approve, retry.
extension Engine {
    mutating func pauseWorkflow(_ id: WorkflowID, _ known: Known, _ turn: inout Turn) -> Result<Reply, Refusal> {
        guard let run = workflows[id] else { return notLive(id, known) }
        if !run.record.isPaused {
            workflows[id]?.record.isPaused = true
            emit(.workflowPaused, workflow: id, phase: run.record.currentPhase, &turn)
            for task in run.taskIDs {
                guard case .queued = tasks[run.key(task)]?.record.stage else { continue }
                planAgain(run.key(task), &turn)
            }
            if let record = workflows[id]?.record { turn.change(.workflowUpdated(record)) }
        }
        return workflow(id, known).map(Reply.workflowState)
    }

    mutating func resumeWorkflow(_ id: WorkflowID, _ known: Known, _ turn: inout Turn) -> Result<Reply, Refusal> {
        guard let run = workflows[id] else { return notLive(id, known) }
        guard run.record.isPaused else { return workflow(id, known).map(Reply.workflowState) }
        workflows[id]?.record.isPaused = false
        emit(.workflowResumed, workflow: id, phase: run.record.currentPhase, &turn)
        advance(id, &turn)
        return stateBehind(id, turn).map { .success(.workflowState($0)) } ?? notLive(id, known)
    }

    /// The state that a turn leaves a workflow in, be it the last.
    func stateBehind(_ id: WorkflowID, _ turn: Turn) -> WorkflowState? { state(of: id) ?? turn.ended[id] }

    private func notLive(_ id: WorkflowID, _ known: Known) -> Result<Reply, Refusal> {
        workflow(id, known).flatMap { state in
            .failure(conflict(id, "workflow \(id) is \(state.record.status.rawValue)"))
        }
    }

    func conflict(_ id: WorkflowID, _ message: String) -> Refusal {
        Refusal(.conflict, message, details: ["kind": .text("workflow"), "id": .text(id.description)])
    }

    func isPaused(_ key: TaskKey) -> Bool {
        key.workflowID.flatMap { workflows[$0]?.record.isPaused } ?? false
    }

    /// Takes a task that waits back to where it is its turn again once its workflow is resumed.
    mutating func planAgain(_ key: TaskKey, _ turn: inout Turn) {
        withdraw(key)
        move(key, to: .planned)
        save(key, &turn)
        if let id = key.workflowID {
            workflows[id]?.active.remove(key.taskID)
            workflows[id]?.firstOpen = 0
        }
    }

    mutating func approve(_ approval: WorkflowApproval, _ known: Known, _ turn: inout Turn) -> Result<Reply, Refusal> {
        let id = approval.workflowID
        if let state = findWorkflow(id, known), let key = approval.requestKey, state.record.requestKeys.contains(key) {
            return .success(.workflowState(state))
        }
        guard let record = workflows[id]?.record else { return notLive(id, known) }
        guard case .held(let phase, let last) = record.stage else {
            return .failure(conflict(id, "workflow \(id) is not held at a gate"))
        }
        if let key = approval.requestKey { workflows[id]?.record.remember(key) }
        let kind: EventKind = approval.approve ? .gateApproved : .gateDenied
        emit(kind, workflow: id, phase: record.currentPhase, &turn) { $0.member("comment", approval.comment) }
        guard approval.approve else {
            let comment = approval.comment.map { ": \($0)" } ?? ""
            let state = fail(id, .phaseGateBlocked, "an operator denied the gate\(comment)", &turn)
            return state.map { .success(.workflowState($0)) } ?? notLive(id, known)
        }
        goOn(behind: (phase, last), id, &turn)
        advance(id, &turn)
        return stateBehind(id, turn).map { .success(.workflowState($0)) } ?? notLive(id, known)
    }

    /// Runs an ended workflow again.
    mutating func retry(_ request: WorkflowRetry, _ caller: Caller, _ known: Known, _ turn: inout Turn) {
        let id = request.workflowID
        if let state = findWorkflow(id, known), let key = request.requestKey, state.record.requestKeys.contains(key),
            !canaries.plants(.forgetRequestKey)
        {
            return turn.reply(.retried(state), to: caller)
        }
        guard workflows[id] == nil else {
            return turn.refuse(conflict(id, "workflow \(id) has not ended"), to: caller)
        }
        guard case .workflow(let record, let records) = known, record.workflowID == id else {
            return turn.refuse(.notFound(kind: "workflow", id: id), to: caller)
        }
        if let refusal = refusal(reopening: record, records) {
            return turn.refuse(refusal, to: caller)
        }
        rerun(record, records, request.onlyFailed ? .unsuccessful : .everything, requestKey: request.requestKey, &turn)
        advance(id, &turn)
        if let state = stateBehind(id, turn) { turn.reply(.retried(state), to: caller) }
    }

    func refusal(reopening record: WorkflowRecord, _ records: [TaskRecord]) -> Refusal? {
        let limit = configuration.limits.maxLiveWorkflows
        guard workflows.count < limit else { return .quotaExceeded("max_live_workflows", limit: limit) }
        return quotaRefusal(adding: records.count, uid: record.ownerUID)
    }

    /// Takes an ended workflow back and begins anew with the tasks that `selection` takes.
    mutating func rerun(
        _ record: WorkflowRecord, _ records: [TaskRecord], _ selection: WorkflowRecord.Selection, requestKey: String?,
        _ turn: inout Turn
    ) {
        let id = record.workflowID
        reopen(record, records)
        if let requestKey { workflows[id]?.record.remember(requestKey) }
        workflows[id]?.record.iteration += 1
        workflows[id]?.record.selection = selection
        emit(.workflowStarted, workflow: id, &turn) { writer in
            writer.member("name", record.definition.name)
            writer.member("task_count", records.count)
            writer.member("iteration", record.iteration + 1)
        }
        enter(phase: 0, last: record.definition.phases.count - 1, id, &turn)
    }
}
