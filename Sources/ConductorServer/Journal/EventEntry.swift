import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorSystemd

extension JournalEntry {
    /// The journal's entry for an event: a projection of it, without inputs, outputs or tokens.
    init(_ event: EventRecord) {
        let data = EventData(event)
        self.init(event.sentence(data.errorCode), priority: event.kind.priority, messageID: event.kind.messageID)
        fields = [JournalField("CONDUCTOR_EVENT", event.kind.rawValue)]
        add("CONDUCTOR_SEQUENCE", event.sequence)
        add("CONDUCTOR_WORKFLOW_ID", event.workflowID)
        add("CONDUCTOR_TASK_ID", event.taskID)
        add("CONDUCTOR_AGENT_ID", event.agentID)
        add("CONDUCTOR_AGENT_TYPE", data.agentType)
        add("CONDUCTOR_PHASE", event.phase?.rawValue)
        add("CONDUCTOR_ATTEMPT", event.attempt)
        add("CONDUCTOR_ERROR_CODE", data.errorCode)
        add("CONDUCTOR_DURATION_USEC", data.microseconds)
    }

    /// The journal's entry for a line that an agent wrote about a task: the line itself.
    init(_ event: LiveEvent, stream: String, line: String) {
        self.init(line, priority: .info, messageID: .taskLog)
        isExpendable = true
        fields = [JournalField("CONDUCTOR_EVENT", event.kind), JournalField("CONDUCTOR_STREAM", stream)]
        add("CONDUCTOR_TIMESTAMP", event.timestamp)
        add("CONDUCTOR_WORKFLOW_ID", event.key.workflowID)
        add("CONDUCTOR_TASK_ID", event.key.taskID)
        add("CONDUCTOR_AGENT_ID", event.agentID)
        add("CONDUCTOR_ATTEMPT", event.attempt)
    }

    /// The journal's entry where lines of a task stand no more.
    static func leftOut(_ count: Int, of key: TaskKey, by agent: AgentID?, at time: Timestamp) -> JournalEntry {
        var entry = JournalEntry(
            "\(count) lines of task \(key) were left out: it logs faster than the journal takes.", priority: .warning,
            messageID: JournalEntry.lossMessageID,
            fields: [JournalField("CONDUCTOR_DROPPED_ENTRIES", String(count))])
        entry.add("CONDUCTOR_TIMESTAMP", time)
        entry.add("CONDUCTOR_WORKFLOW_ID", key.workflowID)
        entry.add("CONDUCTOR_TASK_ID", key.taskID)
        entry.add("CONDUCTOR_AGENT_ID", agent)
        return entry
    }

    /// The journal's entry for an error that nobody retries.
    init(_ escalation: Escalation) {
        self.init(
            "Task \(escalation.key) needs attention: \(escalation.errorCode): \(escalation.message)",
            priority: .critical, messageID: .escalation)
        add("CONDUCTOR_WORKFLOW_ID", escalation.key.workflowID)
        add("CONDUCTOR_TASK_ID", escalation.key.taskID)
        add("CONDUCTOR_AGENT_ID", escalation.agentID)
        add("CONDUCTOR_ERROR_CODE", escalation.errorCode)
    }

    private mutating func add(_ name: JournalFieldName, _ value: (some CustomStringConvertible)?) {
        if let value { fields.append(JournalField(name, value.description)) }
    }
}

/// What an event's data says that has a field in the journal.
private struct EventData {
    var agentType: String?
    var errorCode: String?
    /// How long it took.
    var microseconds: Int64?

    init(_ event: EventRecord) {
        guard event.data != .emptyObject, let values = try? event.data.parsed() else { return }
        agentType = values["agent_type"]?.string
        errorCode = values["error_code"]?.string
        microseconds = values["duration_seconds"]?.double.map { Int64(($0 * 1_000_000).rounded()) }
    }
}

extension EventRecord {
    /// Says alone what happened.
    fileprivate func sentence(_ errorCode: String?) -> String {
        let code = errorCode.map { ": \($0)" } ?? ""
        switch kind {
        case .agentRegistered: return "\(agent) registered."
        case .agentUnregistered: return "\(agent) was unregistered."
        case .agentLost: return "\(agent) was lost\(code)."
        case .agentReturned: return "\(agent) is back."
        case .agentPaused: return "\(agent) was paused."
        case .agentResumed: return "\(agent) was resumed."
        case .taskQueued: return "\(task) waits for an agent."
        case .taskStarted: return "\(task) was given to \(agent.lowercasedFirst)\(attemptText)."
        case .taskRetrying: return "\(task) failed\(attemptText)\(code) and will be tried again."
        case .taskCompleted: return "\(task) completed\(attemptText)."
        case .taskFailed: return "\(task) failed\(attemptText)\(code)."
        case .taskRejected: return "\(task) was rejected by \(agent.lowercasedFirst)\(code)."
        case .taskCancelled: return "\(task) was cancelled."
        case .taskSkipped: return "\(task) was skipped."
        case .taskAdopted: return "\(task) goes on with \(agent.lowercasedFirst), which came back."
        case .workflowStarted: return "\(workflow) started."
        case .workflowPaused: return "\(workflow) was paused."
        case .workflowResumed: return "\(workflow) was resumed."
        case .workflowCompleted: return "\(workflow) completed."
        case .workflowFailed: return "\(workflow) failed\(code)."
        case .workflowCancelled: return "\(workflow) was cancelled."
        case .phaseStarted: return "\(phaseText) started."
        case .phaseCompleted: return "\(phaseText) completed."
        case .phaseSkipped: return "\(phaseText) was skipped: it has no tasks."
        case .gatePassed: return "The gate after \(phaseText.lowercasedFirst) let it pass."
        case .gateBlocked: return "The gate after \(phaseText.lowercasedFirst) blocked it."
        case .gateApproved: return "The gate after \(phaseText.lowercasedFirst) was opened by an operator."
        case .gateDenied: return "The gate after \(phaseText.lowercasedFirst) was kept shut by an operator."
        case .feedbackStarted: return "\(workflow) runs again with feedback."
        case .policyViolated: return "\(taskID == nil ? workflow : task) was refused by a policy."
        case .breakerOpened: return "\(agent) failed repeatedly and is given no work for a while."
        case .breakerHalfOpened: return "\(agent) is given work again, on trial."
        case .breakerClosed: return "\(agent) works reliably again."
        case .deadLetterAdded: return "\(task) is given up\(code) and kept as a dead letter."
        case .deadLetterRedriven: return "\(task) was taken from the dead letters and runs again."
        case .deadLetterDiscarded: return "The dead letter of \(task.lowercasedFirst) was discarded."
        }
    }

    private var agent: String { agentID.map { "Agent \($0)" } ?? "An agent" }
    private var workflow: String { workflowID.map { "Workflow \($0)" } ?? "A workflow" }
    private var attemptText: String { attempt.map { " (attempt \($0))" } ?? "" }

    private var task: String {
        guard let taskID else { return "A task" }
        return workflowID.map { "Task \(taskID) of workflow \($0)" } ?? "Task \(taskID)"
    }

    private var phaseText: String {
        let name = phase.map { "Phase \($0.rawValue)" } ?? "A phase"
        return workflowID.map { "\(name) of workflow \($0)" } ?? name
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
