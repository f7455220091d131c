import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a run's events mean to someone who watches it.
package enum RunEvent: Sendable {
    /// With an iteration above 0 it is one that had ended before.
    case workflowStarted(name: String, taskCount: Int, iteration: Int)
    case paused
    case resumed
    case ended(Ending)
    case phaseStarted(Phase, iteration: Int, taskCount: Int)
    case phaseEnded(Phase, PhaseRun.Result, completed: Int, failed: Int)
    case phaseSkipped(Phase)
    case gate(Phase?, Gate)
    case feedback(count: Int, severity: Severity?, source: String?)
    case policyViolated(TaskID?, policy: String, reason: String)
    case task(TaskID, TaskEvent)

    package enum TaskEvent: Sendable {
        case queued(reason: String?)
        case started(agent: AgentID?)
        case adopted(agent: AgentID?)
        case retrying(code: String, message: String?, retry: Int, delay: Duration)
        case ended(TaskEnding)
        case progress(percent: Double?, message: String?)
        case log(line: String)
    }

    package struct TaskEnding: Hashable, Sendable {
        package var status: TaskStatus
        package var agent: AgentID?
        package var duration: Duration
        package var errorCode: String?
        package var errorMessage: String?

        package init(
            status: TaskStatus, agent: AgentID?, duration: Duration, errorCode: String? = nil,
            errorMessage: String? = nil
        ) {
            self.status = status
            self.agent = agent
            self.duration = duration
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }

    package struct Ending: Hashable, Sendable {
        package var status: WorkflowStatus
        package var completed: Int
        package var failed: Int
        package var errorCode: String?
        package var duration: Duration
    }

    package enum Gate: Hashable, Sendable {
        case passed
        case blocked(reason: String)
        /// Until someone decides.
        case held(WorkflowID, reason: String)
        case approved
        case denied
    }
}

extension RunEvent {
    /// Nil for kinds that a newer daemon may have, and for those that a run's watcher need not see.
    package init?(_ event: ClientEvent) {
        let data = EventData(event.data)
        if let task = event.taskID, let meaning = TaskEvent(event, data) {
            self = .task(task, meaning)
            return
        }
        switch EventKind(rawValue: event.kind) {
        case .workflowStarted:
            self = .workflowStarted(
                name: data.text("name") ?? "", taskCount: data.count("task_count"), iteration: data.count("iteration"))
        case .workflowPaused: self = .paused
        case .workflowResumed: self = .resumed
        case .workflowCompleted: self = .ended(Ending(.completed, data))
        case .workflowFailed: self = .ended(Ending(.failed, data))
        case .workflowCancelled: self = .ended(Ending(.cancelled, data))
        case .phaseStarted:
            guard let phase = event.phase else { return nil }
            self = .phaseStarted(phase, iteration: data.count("iteration"), taskCount: data.count("task_count"))
        case .phaseCompleted:
            guard let phase = event.phase else { return nil }
            self = .phaseEnded(
                phase, data.text("result").flatMap(PhaseRun.Result.init) ?? .completed,
                completed: data.count("completed_count"), failed: data.count("failed_count"))
        case .phaseSkipped:
            guard let phase = event.phase else { return nil }
            self = .phaseSkipped(phase)
        case .gatePassed: self = .gate(event.phase, .passed)
        case .gateBlocked:
            let reason = data.text("reason") ?? ""
            if data.flag("held"), let id = event.workflowID {
                self = .gate(event.phase, .held(id, reason: reason))
            } else {
                self = .gate(event.phase, .blocked(reason: reason))
            }
        case .gateApproved: self = .gate(event.phase, .approved)
        case .gateDenied: self = .gate(event.phase, .denied)
        case .feedbackStarted:
            self = .feedback(
                count: data.count("feedback_count"), severity: data.text("severity").flatMap(Severity.init),
                source: data.text("source_agent_id"))
        case .policyViolated:
            self = .policyViolated(
                event.taskID, policy: data.text("policy_name") ?? "", reason: data.text("reason") ?? "")
        case .agentRegistered, .agentUnregistered, .agentLost, .agentReturned, .agentPaused, .agentResumed,
            .taskQueued, .taskStarted, .taskRetrying, .taskCompleted, .taskFailed, .taskRejected, .taskCancelled,
            .taskSkipped, .taskAdopted, .breakerOpened, .breakerHalfOpened, .breakerClosed, .deadLetterAdded,
            .deadLetterRedriven, .deadLetterDiscarded, nil:
            return nil
        }
    }
}

extension RunEvent.Ending {
    fileprivate init(_ status: WorkflowStatus, _ data: EventData) {
        self.init(
            status: status, completed: data.count("completed_task_count"), failed: data.count("failed_task_count"),
            errorCode: data.text("error_code"), duration: data.duration("duration_seconds"))
    }
}

extension RunEvent.TaskEvent {
    fileprivate init?(_ event: ClientEvent, _ data: EventData) {
        switch event.kind {
        case "task.progress":
            let message = data.text("message").map(TerminalText.lastState)
            self = .progress(percent: data.number("percent"), message: message)
        case "task.log": self = .log(line: TerminalText.lastState(of: data.text("line") ?? ""))
        case EventKind.taskQueued.rawValue:
            self = .queued(reason: data.value("waiting", as: TaskWait.self)?.sentence(at: event.timestamp))
        case EventKind.taskStarted.rawValue: self = .started(agent: event.agentID)
        case EventKind.taskAdopted.rawValue: self = .adopted(agent: event.agentID)
        case EventKind.taskRetrying.rawValue:
            self = .retrying(
                code: data.text("error_code") ?? "", message: data.text("error_message"), retry: data.count("retry"),
                delay: data.duration("delay_seconds"))
        case EventKind.taskCompleted.rawValue: self = .ended(.init(.completed, event, data))
        case EventKind.taskFailed.rawValue, EventKind.taskRejected.rawValue:
            self = .ended(.init(.failed, event, data))
        case EventKind.taskCancelled.rawValue: self = .ended(.init(.cancelled, event, data))
        case EventKind.taskSkipped.rawValue: self = .ended(.init(.skipped, event, data))
        default: return nil
        }
    }
}

extension RunEvent.TaskEnding {
    fileprivate init(_ status: TaskStatus, _ event: ClientEvent, _ data: EventData) {
        self.init(
            status: status, agent: event.agentID, duration: data.duration("duration_seconds"),
            errorCode: data.text("error_code"), errorMessage: data.text("error_message"))
    }
}

extension TaskWait {
    /// Says with it how long a task waits for an agent that nobody has registered.
    fileprivate func sentence(at time: Timestamp) -> String {
        guard reason == .noAgent, let until else { return message }
        return "\(message) (fails in \((until - time).shown) unless one comes)"
    }
}

/// Reads what an event says; what it does not say is empty.
private struct EventData {
    private let json: JSONValue

    init(_ json: JSONValue) {
        self.json = json
    }

    func text(_ name: String) -> String? { json[name]?.string }
    func value<T: JSONReadable>(_ name: String, as type: T.Type) -> T? { json[name].flatMap { try? T(json: $0) } }
    func flag(_ name: String) -> Bool { json[name]?.bool ?? false }
    func number(_ name: String) -> Double? { json[name]?.double }
    func count(_ name: String) -> Int { json[name]?.integer.map(Int.init) ?? 0 }
    func duration(_ name: String) -> Duration { Duration(inSeconds: number(name) ?? 0) }
}
