import ConductorJSON
import ConductorModel

/// A task as it is shown: its record, and why it waits.
public struct TaskView: Sendable {
    public var record: TaskRecord
    /// Nil where it is at work or has ended.
    public var wait: TaskWait?

    public init(_ record: TaskRecord, wait: TaskWait? = nil) {
        self.record = record
        self.wait = wait
    }
}

/// A task with all that is told of it.
public struct TaskDetails: MethodReply {
    /// With its id, and its input resolved where that has been done.
    public var definition: TaskDefinition
    public var status: TaskStatus
    public var workflowID: WorkflowID?
    /// Nil until it has ended.
    public var result: TaskResult?
    /// How many there were, over all iterations.
    public var attempts: Int
    /// Each of them, oldest first; empty from a daemon that does not tell.
    public var attemptHistory: [ReportedAttempt]
    /// Nil where it is at work or has ended.
    public var waiting: ReportedWait?

    public init(_ task: TaskView) {
        let record = task.record
        definition = record.definition
        definition.taskID = record.key.taskID
        definition.inputData = record.input
        status = record.status
        workflowID = record.key.workflowID
        result = record.outcome?.result
        attempts = record.attemptCount
        attemptHistory = [ReportedAttempt](record)
        waiting = task.wait.map { ReportedWait($0) }
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let task = try fields.required("task", as: TaskWithStatus.self)
        definition = task.definition
        status = task.status
        workflowID = try fields.optional("workflow_id")
        result = try fields.optional("result")
        attempts = try fields.required("attempts")
        attemptHistory = try fields.value("attempt_history", default: [])
        waiting = try fields.optional("waiting")
    }

    /// The definition with the status among its members, as it stands in the reply.
    public var taskText: JSONText { TaskWithStatus(definition: definition, status: status).jsonText }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task", TaskWithStatus(definition: definition, status: status))
        writer.member("workflow_id", workflowID)
        writer.member("result", result)
        writer.member("attempts", attempts)
        writer.member("attempt_history", attemptHistory)
        writer.member("waiting", waiting)
    }
}

/// A definition whose members have the status among them.
private struct TaskWithStatus: MethodReply {
    let definition: TaskDefinition
    let status: TaskStatus

    init(definition: TaskDefinition, status: TaskStatus) {
        self.definition = definition
        self.status = status
    }

    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        definition = try TaskDefinition(&fields)
        status = try fields.required("status")
    }

    func writeMembers(to writer: inout JSONWriter) {
        var shown = definition
        if writer.detail > .whole { shown.inputData = .emptyObject }
        shown.writeMembers(to: &writer)
        writer.member("status", status)
        if writer.detail > .whole { writer.member("input_omitted", true) }
    }
}

/// Why a task waits, as clients are told.
public struct ReportedWait: Hashable, MethodReply {
    public var reason: Word<TaskWait.Reason>
    /// The same for people, to stand after "waiting: ".
    public var message: String
    /// When the wait ends at the latest, where that is known.
    public var until: Timestamp?

    public init(_ wait: TaskWait) {
        reason = Word(wait.reason)
        message = wait.message
        until = wait.until
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        reason = try fields.required("reason")
        message = try fields.required("message")
        until = try fields.optional("until")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("reason", reason)
        writer.member("message", message)
        writer.member("until", until)
    }
}
