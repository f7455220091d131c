import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What operators do to workflows: pause, resume, approve, retry.
extension Engine {
    mutating func pauseWorkflow(_ id: WorkflowID, _ known: StoredContext, _ transaction: inout EngineTransaction)
        -> Result<Reply, Refusal>
    {
        guard let run = workflows[id] else { return notLive(id, known) }
        if !run.record.isPaused {
            workflows[id]?.pause()
            emit(.workflowPaused, workflow: id, phase: run.record.currentPhase, &transaction)
            for task in run.taskIDs.compactMap({ live.handle(of: run.key($0)) }) {
                guard case .queued = live[task]?.stage else { continue }
                planAgain(task, &transaction)
            }
            if let record = workflows[id]?.record { transaction.change(.workflowUpdated(record)) }
        }
        return workflow(id, known).map(Reply.workflowState)
    }

    mutating func resumeWorkflow(_ id: WorkflowID, _ known: StoredContext, _ transaction: inout EngineTransaction)
        -> Result<Reply, Refusal>
    {
        guard let run = workflows[id] else { return notLive(id, known) }
        guard run.record.isPaused else { return workflow(id, known).map(Reply.workflowState) }
        workflows[id]?.resume()
        emit(.workflowResumed, workflow: id, phase: run.record.currentPhase, &transaction)
        advance(id, &transaction)
        return stateBehind(id, transaction).map { .success(.workflowState($0)) } ?? notLive(id, known)
    }

    /// The state that a transaction leaves a workflow in, be it the last.
    func stateBehind(_ id: WorkflowID, _ transaction: EngineTransaction) -> WorkflowState? {
        state(of: id) ?? transaction.ended[id]
    }

    private func notLive(_ id: WorkflowID, _ known: StoredContext) -> Result<Reply, Refusal> {
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
    mutating func planAgain(_ task: TaskHandle, _ transaction: inout EngineTransaction) {
        withdraw(task)
        move(task, to: .planned, at: transaction.now)
        save(task, &transaction)
    }

    mutating func approve(_ approval: WorkflowApproval, _ known: StoredContext, _ transaction: inout EngineTransaction)
        -> Result<Reply, Refusal>
    {
        let id = approval.workflowID
        if let state = findWorkflow(id, known), let key = approval.requestKey, state.record.requestKeys.contains(key) {
            return .success(.workflowState(state))
        }
        guard let record = workflows[id]?.record else { return notLive(id, known) }
        guard case .held(let phase, let last) = record.stage else {
            return .failure(conflict(id, "workflow \(id) is not held at a gate"))
        }
        guard approval.approve || !approval.acceptFailures else {
            let field = JSONFieldError(field: "accept_failures", reason: "goes with approve: true only")
            return .failure(.invalidParams(field))
        }
        if let key = approval.requestKey { workflows[id]?.remember(key) }
        let kind: EventKind = approval.approve ? .gateApproved : .gateDenied
        emit(kind, workflow: id, phase: record.currentPhase, &transaction) { writer in
            writer.member("comment", approval.comment)
            if approval.acceptFailures { writer.member("accept_failures", true) }
        }
        guard approval.approve else {
            let comment = approval.comment.map { ": \($0)" } ?? ""
            let state = fail(id, .phaseGateBlocked, "an operator denied the gate\(comment)", &transaction)
            return state.map { .success(.workflowState($0)) } ?? notLive(id, known)
        }
        if approval.acceptFailures, acceptFailures(of: id, phase: phase, &transaction) {
            enter(phase: phase, last: last, id, &transaction)
        } else {
            goOn(after: (phase, last), id, &transaction)
        }
        advance(id, &transaction)
        return stateBehind(id, transaction).map { .success(.workflowState($0)) } ?? notLive(id, known)
    }

    /// What has failed in the workflow counts as done from here on.
    /// - Returns: whether tasks of the phase were skipped for that: they have their turn now.
    private mutating func acceptFailures(of id: WorkflowID, phase: Int, _ transaction: inout EngineTransaction) -> Bool
    {
        guard let run = workflows[id] else { return false }
        let failed = run.taskIDs.filter { live[run.key($0)]?.status == .failed }
        workflows[id]?.acceptFailures(failed)
        let skipped = run.tasks(ofPhaseAt: phase).filter { live[run.key($0)]?.status == .skipped }
        guard !skipped.isEmpty else { return false }
        workflows[id]?.iterate(.only(skipped))
        return true
    }

    /// Runs an ended workflow, or one that is held at a gate, anew.
    mutating func retry(
        _ request: WorkflowRetry, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        let id = request.workflowID
        if let state = findWorkflow(id, known), let key = request.requestKey, state.record.requestKeys.contains(key),
            !canaries.plants(.forgetRequestKey)
        {
            return transaction.reply(.retried(state), to: caller)
        }
        let selection: WorkflowRecord.Selection = request.onlyFailed ? .unsuccessful : .everything
        if let run = workflows[id] {
            guard run.record.isHeldAtGate else {
                return transaction.refuse(conflict(id, "workflow \(id) is still in progress"), to: caller)
            }
            begin(id, selection, requestKey: request.requestKey, &transaction)
        } else {
            guard case .workflow(let record, let records) = known, record.workflowID == id else {
                return transaction.refuse(.notFound(kind: "workflow", id: id), to: caller)
            }
            if let refusal = refusal(reopening: record, records) {
                return transaction.refuse(refusal, to: caller)
            }
            rerun(record, records, selection, requestKey: request.requestKey, &transaction)
        }
        advance(id, &transaction)
        if let state = stateBehind(id, transaction) { transaction.reply(.retried(state), to: caller) }
    }

    func refusal(reopening record: WorkflowRecord, _ records: [TaskRecord]) -> Refusal? {
        quotaRefusal(
            adding: records.lazy.map(\.definition), workflows: 1,
            bytes: records.reduce(record.heldBytes) { $0 + $1.heldBytes },
            uid: record.ownerUID)
    }

    /// Takes an ended workflow back and begins anew with the tasks that `selection` takes.
    mutating func rerun(
        _ record: WorkflowRecord, _ records: [TaskRecord], _ selection: WorkflowRecord.Selection, requestKey: String?,
        _ transaction: inout EngineTransaction
    ) {
        reopen(record, records)
        begin(record.workflowID, selection, requestKey: requestKey, &transaction)
    }

    /// A new iteration of a workflow in memory, from its first phase on.
    private mutating func begin(
        _ id: WorkflowID, _ selection: WorkflowRecord.Selection, requestKey: String?,
        _ transaction: inout EngineTransaction
    ) {
        guard let run = workflows[id] else { return }
        if let requestKey { workflows[id]?.remember(requestKey) }
        workflows[id]?.iterate(selection)
        emit(.workflowStarted, workflow: id, &transaction) { writer in
            writer.member("name", run.record.definition.name)
            writer.member("task_count", run.taskIDs.count)
            writer.member("iteration", run.record.iteration + 1)
        }
        enter(phase: 0, last: run.record.definition.phases.count - 1, id, &transaction)
    }
}
