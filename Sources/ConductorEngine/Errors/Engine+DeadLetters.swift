import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Errors that nobody handles by themselves: escalated, or kept until somebody looks at them.
extension Engine {
    mutating func escalate(
        _ key: TaskKey, _ agent: AgentID, _ code: String, _ message: String, _ transaction: inout EngineTransaction
    ) {
        transaction.output(.escalate(Escalation(key: key, agentID: agent, errorCode: code, message: message)))
        announceError(key, agent, code, message, on: Self.errorChannel, &transaction)
    }

    /// Gives a task up: it is kept as a dead letter.
    mutating func deadLetter(
        _ record: TaskRecord, _ agent: AgentID, _ result: TaskResult, _ transaction: inout EngineTransaction
    ) {
        let code = result.errorCode ?? ""
        let letter = DeadLetter(
            id: transaction.identifier(), key: record.key, agentID: agent, errorCode: code,
            errorMessage: result.errorMessage ?? code, attempt: record.attempts.last?.number ?? 0,
            timestamp: transaction.now.wall, task: record.definition.source)
        errors.addDeadLetter()
        if !canaries.plants(.forgetDeadLetter) { transaction.change(.deadLetterSaved(letter)) }
        emit(.deadLetterAdded, record, agent: agent, &transaction) { writer in
            writer.member("dead_letter_id", letter.id)
            writer.member("error_code", code)
        }
        announceError(
            record.key, agent, code, letter.errorMessage, on: Self.deadLetterChannel, &transaction, letter: letter.id)
    }

    private mutating func announceError(
        _ key: TaskKey, _ agent: AgentID, _ code: String, _ text: String, on channel: String,
        _ transaction: inout EngineTransaction,
        letter: DeadLetterID? = nil
    ) {
        var message = BusMessage(.error, from: Self.busName)
        message.priority = .high
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("dead_letter_id", letter)
            writer.member("task_id", key.taskID)
            writer.member("workflow_id", key.workflowID)
            writer.member("agent_id", agent)
            writer.member("error_code", code)
            writer.member("error_message", String(text.prefix(1024)))
        }
        message.payload = writer.text
        announce(message, on: channel, &transaction)
    }

    mutating func discard(_ id: DeadLetterID, _ known: StoredContext, _ transaction: inout EngineTransaction) -> Result<
        Reply, Refusal
    > {
        guard var letter = known.letter, letter.id == id, letter.state == .kept else {
            return .success(.discarded(false))
        }
        letter.state = .discarded
        close(letter, .deadLetterDiscarded, &transaction)
        return .success(.discarded(true))
    }

    /// Nobody decided on them in time.
    mutating func discard(_ letters: [DeadLetter], _ transaction: inout EngineTransaction) {
        for var letter in letters where letter.state == .kept {
            letter.state = .discarded
            close(letter, .deadLetterDiscarded, &transaction)
        }
    }

    private mutating func close(_ letter: DeadLetter, _ kind: EventKind, _ transaction: inout EngineTransaction) {
        errors.closeDeadLetter()
        transaction.change(.deadLetterSaved(letter))
        emit(kind, workflow: letter.key.workflowID, task: letter.key.taskID, &transaction) { writer in
            writer.member("dead_letter_id", letter.id)
        }
    }

    /// A new iteration of a task that was given up.
    mutating func redrive(
        _ request: DeadLetterRedrive, _ caller: Caller, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) {
        guard var letter = known.letter, letter.id == request.id else {
            return transaction.refuse(.notFound(kind: "dead letter", id: request.id), to: caller)
        }
        switch letter.state {
        case .kept: break
        case .redriven(let key?) where key == request.requestKey && !canaries.plants(.forgetRequestKey):
            return transaction.reply(.redriven(letter.key.taskID), to: caller)
        case .redriven, .discarded:
            return transaction.refuse(.notFound(kind: "dead letter", id: request.id), to: caller)
        }
        if let refusal = sendAgain(letter, known, &transaction) { return transaction.refuse(refusal, to: caller) }
        letter.state = .redriven(requestKey: request.requestKey)
        close(letter, .deadLetterRedriven, &transaction)
        transaction.reply(.redriven(letter.key.taskID), to: caller)
    }

    private mutating func sendAgain(
        _ letter: DeadLetter, _ known: StoredContext, _ transaction: inout EngineTransaction
    ) -> Refusal? {
        switch known {
        case .deadLetter(_, let record):
            guard live.handle(of: record.key) == nil, record.outcome != nil else { return stillRuns(letter) }
            if let refusal = quotaRefusal(
                adding: CollectionOfOne(record.definition), bytes: record.heldBytes, uid: record.ownerUID)
            {
                return refusal
            }
            let task = restore(record)
            move(task, to: .planned, at: transaction.now)
            live.begin(iteration: record.iteration + 1, of: task)
            retryDue(task, &transaction)
            return nil
        case .deadLetterOfWorkflow(_, let workflow, let records):
            guard workflows[workflow.workflowID] == nil, workflow.status.isTerminal else { return stillRuns(letter) }
            if let refusal = refusal(reopening: workflow, records) { return refusal }
            rerun(workflow, records, .only([letter.key.taskID]), requestKey: nil, &transaction)
            advance(workflow.workflowID, &transaction)
            return nil
        case .nothing, .task, .workflow, .tasks, .workflows, .deadLetters, .matches, .process, .accounts, .backup:
            return .notFound(kind: "task", id: letter.key.taskID)
        }
    }

    private func stillRuns(_ letter: DeadLetter) -> Refusal {
        let (kind, id) =
            letter.key.workflowID.map { ("workflow", $0.description) } ?? ("task", letter.key.taskID.description)
        return Refusal(
            .conflict, "\(kind) \(id) is still in progress", details: ["kind": .text(kind), "id": .text(id)])
    }
}

extension StoredContext {
    fileprivate var letter: DeadLetter? {
        switch self {
        case .deadLetter(let letter, _), .deadLetterOfWorkflow(let letter, _, _): letter
        case .nothing, .task, .workflow, .tasks, .workflows, .deadLetters, .matches, .process, .accounts, .backup: nil
        }
    }
}
