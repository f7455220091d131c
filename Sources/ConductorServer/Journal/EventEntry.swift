import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorSystemd

extension JournalEntry {
    /// The journal's entry for an event: a projection of it, without inputs, outputs or tokens.
    init(_ event: EventRecord) {
        self.init(event.sentence, priority: event.kind.priority, messageID: event.kind.messageID)
        fields = [JournalField("CONDUCTOR_EVENT", event.kind.rawValue)]
        add("CONDUCTOR_SEQUENCE", event.sequence)
        add("CONDUCTOR_WORKFLOW_ID", event.workflowID)
        add("CONDUCTOR_TASK_ID", event.taskID)
        add("CONDUCTOR_AGENT_ID", event.agentID)
        add("CONDUCTOR_PHASE", event.phase?.rawValue)
        add("CONDUCTOR_ATTEMPT", event.attempt)
        add("CONDUCTOR_ERROR_CODE", event.errorCode)
    }

    /// The journal's entry for an error that nobody retries.
    init(_ escalation: Escalation) {
        self.init(
            "Task \(escalation.key) needs attention: \(escalation.errorCode): \(escalation.message)",
            priority: .error, messageID: .escalation)
        add("CONDUCTOR_WORKFLOW_ID", escalation.key.workflowID)
        add("CONDUCTOR_TASK_ID", escalation.key.taskID)
        add("CONDUCTOR_AGENT_ID", escalation.agentID)
        add("CONDUCTOR_ERROR_CODE", escalation.errorCode)
    }

    private mutating func add(_ name: JournalFieldName, _ value: (some CustomStringConvertible)?) {
        if let value { fields.append(JournalField(name, value.description)) }
    }
}

extension EventRecord {
    /// What the event's data says under `error_code`.
    fileprivate var errorCode: String? {
        guard data != .emptyObject, let values = try? data.parsed() else { return nil }
        return values["error_code"]?.string
    }

    /// Says alone what happened.
    fileprivate var sentence: String {
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
        case .gatePassed: return "The gate behind \(phaseText.lowercasedFirst) let it pass."
        case .gateBlocked: return "The gate behind \(phaseText.lowercasedFirst) blocked it."
        case .gateApproved: return "The gate behind \(phaseText.lowercasedFirst) was opened by an operator."
        case .gateDenied: return "The gate behind \(phaseText.lowercasedFirst) was kept shut by an operator."
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
