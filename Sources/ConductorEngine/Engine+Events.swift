import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Engine {
    /// Numbers an event and makes it durable with the rest of the transaction.
    mutating func emit(
        _ kind: EventKind, workflow: WorkflowID? = nil, task: TaskID? = nil, agent: AgentID? = nil,
        attempt: Int? = nil, phase: Phase? = nil, of type: AgentType? = nil, _ transaction: inout EngineTransaction,
        data: (inout JSONWriter) -> Void = { _ in }
    ) {
        let sequence = events.next(kind)
        var writer = JSONWriter(reserving: 128)
        writer.object { writer in
            writer.member("agent_type", type ?? agent.flatMap(fleet.type(of:)))
            data(&writer)
        }
        let event = EventRecord(
            sequence: sequence, timestamp: transaction.now.wall, kind: kind, workflowID: workflow, taskID: task,
            agentID: agent, attempt: attempt, phase: phase, data: writer.text)
        if kind == .taskRetrying, canaries.plants(.dropEvent) { return }
        transaction.change(.event(event))
        transaction.output(.event(event))
    }

    /// An event of a task, and of its last attempt unless another is given.
    mutating func emit(
        _ kind: EventKind, _ record: TaskRecord, attempt: Int? = nil, agent: AgentID? = nil,
        _ transaction: inout EngineTransaction, data: (inout JSONWriter) -> Void = { _ in }
    ) {
        emit(
            kind, workflow: record.key.workflowID, task: record.key.taskID, agent: agent,
            attempt: attempt ?? record.attempts.last?.number, phase: record.definition.assignedTo?.phase,
            of: record.definition.assignedTo, &transaction, data: data)
    }

    /// Passes progress and log lines of a running attempt on to whoever watches.
    mutating func relay(_ report: AttemptReport, from connection: ConnectionID, _ transaction: inout EngineTransaction)
    {
        guard let record = live.handle(of: report.token).flatMap({ live[$0] }), record.isRunning,
            let attempt = record.attempts.last, attempt.token == report.token, attempt.number == report.attempt,
            record.key.taskID == report.taskID
        else { return }
        let content: LiveEvent.Content
        switch report.content {
        case .progress(let percent, let message): content = .progress(percent: percent, message: message)
        case .log(let stream, let line): content = .log(stream: stream, line: line)
        }
        transaction.output(
            .live(
                LiveEvent(
                    timestamp: transaction.now.wall, key: record.key, agentID: attempt.agentID, attempt: attempt.number,
                    content: content)))
    }

    func subscribe(
        _ filter: EventFilter, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        var writer = JSONWriter()
        writer.object { writer in
            if let id = filter.agentID { writer.nullableMember("agent", fleet.shown(id)) }
            if let id = filter.taskID {
                let key = TaskKey(workflowID: filter.workflowID, taskID: id)
                switch task(key, known) {
                case .success(let record): writer.member("task", Reply.task(view(record, transaction.now)))
                case .failure: writer.member("task", JSONText.null)
                }
            } else if let id = filter.workflowID {
                switch workflow(id, known) {
                case .success(let state): writer.member("workflow", state)
                case .failure: writer.member("workflow", JSONText.null)
                }
            }
            if filter.agentID == nil, filter.taskID == nil, filter.workflowID == nil {
                allCounts.writeMembers(to: &writer)
            }
        }
        transaction.output(.subscribe(caller, filter, sequence: sequence, snapshot: writer.text))
    }
}
