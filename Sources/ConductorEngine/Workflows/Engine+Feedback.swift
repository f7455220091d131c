import ConductorJSON
import ConductorModel
import ConductorProtocol

/// From monitoring back to development.
extension Engine {
    /// After MONITORING: whether what the monitors found sends the workflow back, or ends it.
    mutating func startFeedbackLoop(_ id: WorkflowID, _ transaction: inout EngineTransaction) -> Bool {
        guard let run = workflows[id] else { return false }
        let found = run.phaseTasks.compactMap { live[run.key($0)] }
            .filter { $0.iteration == run.record.iteration }
            .compactMap { $0.outcome?.result.feedback }
            .filter(\.severity.startsFeedbackLoop)
        guard !found.isEmpty else { return false }
        let isSpent = run.record.feedbackCount >= run.record.definition.maxFeedbackLoops
        guard !isSpent || canaries.plants(.exceedFeedbackLoops) else {
            let limit = run.record.definition.maxFeedbackLoops
            workflows[id]?.keep(found)
            let loops = limit == 1 ? "1 feedback loop" : "\(limit) feedback loops"
            fail(id, .maxFeedbackLoops, "monitoring found errors again after \(loops)", &transaction)
            return true
        }
        loop(id, found, last: run.record.definition.phases.count - 1, &transaction)
        return true
    }

    private mutating func loop(
        _ id: WorkflowID, _ feedback: [Feedback], last: Int, _ transaction: inout EngineTransaction
    ) {
        guard let record = workflows[id]?.record else { return }
        workflows[id]?.loop(feedback)
        emit(.feedbackStarted, workflow: id, &transaction) { writer in
            writer.member("feedback_count", record.feedbackCount + 1)
            writer.member("severity", feedback.last?.severity)
            writer.member("source_agent_id", feedback.last?.sourceAgentID)
        }
        let first = record.definition.phases.firstIndex(of: .development) ?? 0
        enter(phase: first, last: max(first, last), id, &transaction)
    }

    /// A person sends an ended workflow back.
    mutating func feedback(
        _ request: WorkflowFeedback, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        let id = request.workflowID
        if let key = request.requestKey, let state = findWorkflow(id, known), state.record.requestKeys.contains(key) {
            if request.detach { return transaction.reply(.workflowStarted(state), to: caller) }
            if state.record.status.isTerminal { return transaction.reply(.workflowState(state), to: caller) }
            workflows[id]?.add(Waiter(caller))
            return
        }
        guard case .workflow(let record, let records) = known, workflows[id] == nil, record.workflowID == id else {
            let refusal = workflows[id] == nil ? Refusal.notFound(kind: "workflow", id: id) : notEnded(id)
            return transaction.refuse(refusal, to: caller)
        }
        guard record.status != .cancelled else { return transaction.refuse(notEnded(id), to: caller) }
        guard record.feedbackCount < record.definition.maxFeedbackLoops else {
            let limit = record.definition.maxFeedbackLoops
            return transaction.refuse(
                Refusal(
                    .maxFeedbackLoops,
                    "workflow \(id) has had its \(limit == 1 ? "1 feedback loop" : "\(limit) feedback loops")",
                    details: ["workflow_id": .text(id.description), "limit": .number(limit)]), to: caller)
        }
        if let refusal = refusal(reopening: record, records) {
            return transaction.refuse(refusal, to: caller)
        }
        reopen(record, records)
        if let key = request.requestKey { workflows[id]?.remember(key) }
        if !request.detach { workflows[id]?.add(Waiter(caller)) }
        let first = record.definition.phases.firstIndex(of: .development) ?? 0
        let last: Int =
            switch request.through {
            case .development: first
            case .all: record.definition.phases.count - 1
            }
        loop(id, [request.feedback], last: last, &transaction)
        advance(id, &transaction)
        if request.detach, let state = stateBehind(id, transaction) {
            transaction.reply(.workflowStarted(state), to: caller)
        }
    }

    private func notEnded(_ id: WorkflowID) -> Refusal {
        Refusal(
            .conflict, "workflow \(id) has to have completed or failed for feedback by hand",
            details: ["kind": .text("workflow"), "id": .text(id.description)])
    }

    /// Takes an ended workflow back into memory.
    mutating func reopen(_ record: WorkflowRecord, _ records: [TaskRecord]) {
        var record = record
        record.definition.name(tasks: records.map(\.key.taskID))
        record.agentsAwaitedSince = [:]
        record.outputs = .none
        guard let plan = try? WorkflowPlan(record.definition) else { return }
        workflows.reopen(WorkflowRun(record: record, taskIDs: records.map(\.key.taskID), plan: plan))
        for record in records { _ = restore(record) }
    }
}

extension WorkflowDefinition {
    /// Gives the tasks the ids that they had when the workflow was submitted.
    mutating func name(tasks ids: [TaskID]) {
        for (index, id) in zip(tasks.indices, ids) { tasks[index].taskID = id }
    }
}
