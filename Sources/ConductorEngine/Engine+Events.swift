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
                    content: content), token: attempt.token, uid: record.ownerUID))
    }

    /// The log of an attempt, by default the last one.
    func log(
        _ question: TaskLogQuestion, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        switch task(question.key, known) {
        case .failure(let refusal): transaction.refuse(refusal, to: caller)
        case .success(let record):
            let last = record.attempts.last
            let attempt = question.attempt.map { number in record.attempts.last { $0.number == number } } ?? last
            if let number = question.attempt, attempt == nil {
                return transaction.refuse(.notFound(kind: "attempt", id: "\(number)"), to: caller)
            }
            let isRunning = !record.status.isTerminal && attempt?.number == last?.number
            transaction.output(
                .log(
                    caller,
                    TaskLogRead(key: record.key, attempt: attempt, isRunning: isRunning, range: question.range)))
        }
    }

    func subscribe(
        _ filter: EventFilter, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        var snapshot = EventSnapshot()
        if let id = filter.agentID {
            snapshot.agent = fleet.shown(id).map { .found($0) } ?? .unknown
        }
        if let id = filter.taskID {
            switch task(TaskKey(workflowID: filter.workflowID, taskID: id), known) {
            case .success(let record): snapshot.task = .found(TaskDetails(view(record, transaction.now)))
            case .failure: snapshot.task = .unknown
            }
        } else if let id = filter.workflowID {
            switch workflow(id, known) {
            case .success(let state): snapshot.workflow = .found(WorkflowView(state))
            case .failure: snapshot.workflow = .unknown
            }
        }
        if filter.agentID == nil, filter.taskID == nil, filter.workflowID == nil { snapshot.counts = allCounts }
        transaction.output(.subscribe(caller, filter, sequence: sequence, snapshot: snapshot))
    }
}
