import ConductorJSON
import ConductorModel

/// What the daemon says unasked.
public enum Notification: Sendable {
    case execute(TaskAssignment)
    case cancel(taskID: TaskID, workflowID: WorkflowID?, attempt: Int, reason: String)
    /// An `EventRecord` or a `LiveEvent`, as JSON: the same bytes for every subscription. `leftOut` live events before it
    /// found no room.
    case event(subscription: String, JSONText, leftOut: Int = 0)
    case busMessage(channel: String, BusMessage)
    case stopping

    /// Its method on the wire.
    public var method: StaticString {
        switch self {
        case .execute: "task.execute"
        case .cancel: "task.cancel"
        case .event: "event"
        case .busMessage: "bus.message"
        case .stopping: "daemon.stopping"
        }
    }
}

extension Notification: JSONWritable {
    /// The `params` of the notification.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .execute(let assignment): assignment.write(to: &writer)
        case .cancel(let taskID, let workflowID, let attempt, let reason):
            writer.object { writer in
                writer.member("task_id", taskID)
                writer.member("workflow_id", workflowID)
                writer.member("attempt", attempt)
                writer.member("reason", reason)
            }
        case .event(let subscription, let event, let leftOut):
            writer.object { writer in
                writer.member("subscription", subscription)
                writer.member("event", event)
                if leftOut > 0 { writer.member("left_out", leftOut) }
            }
        case .busMessage(let channel, let message):
            writer.object { writer in
                writer.member("channel", channel)
                writer.member("message", message)
            }
        case .stopping: writer.object { _ in }
        }
    }
}

/// The order to an agent to execute a task.
public struct TaskAssignment: Sendable {
    /// With its id, and its input resolved.
    public var task: TaskDefinition
    public var attempt: Int
    public var token: AttemptToken
    public var timeout: Duration
    public var deadline: Timestamp
    public var workflowID: WorkflowID?
    public var phase: Phase?
    /// What the feedback loop brings, in later iterations.
    public var feedback: JSONText?

    public init(
        task: TaskDefinition, attempt: Int, token: AttemptToken, timeout: Duration, deadline: Timestamp,
        workflowID: WorkflowID?, phase: Phase?, feedback: JSONText?
    ) {
        self.task = task
        self.attempt = attempt
        self.token = token
        self.timeout = timeout
        self.deadline = deadline
        self.workflowID = workflowID
        self.phase = phase
        self.feedback = feedback
    }
}

extension TaskAssignment: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        task = try fields.required("task")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        timeout = Duration(inSeconds: try fields.required("timeout_seconds"))
        deadline = try fields.required("deadline")
        workflowID = try fields.optional("workflow_id")
        phase = try fields.optional("phase")
        feedback = try fields.optional("feedback")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task", task)
            writer.member("attempt", attempt)
            writer.member("token", token)
            writer.member("timeout_seconds", timeout)
            writer.member("deadline", deadline)
            writer.member("workflow_id", workflowID)
            writer.member("phase", phase)
            writer.member("feedback", feedback)
        }
    }
}

/// What an agent says of an attempt at work, without asking for an answer.
public struct AttemptReport: Params {
    public enum Content: Sendable {
        case progress(percent: Double?, message: String?)
        case log(stream: String, line: String)
    }

    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken
    public var content: Content

    public init(taskID: TaskID, attempt: Int, token: AttemptToken, content: Content) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
        self.content = content
    }

    /// Its method on the wire.
    public var method: StaticString {
        switch content {
        case .progress: "task.progress"
        case .log: "task.log"
        }
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        if let stream = try fields.text("stream", maximumBytes: 64) {
            guard let line = try fields.text("line") else { throw JSONFieldError(field: "line", reason: "is required") }
            content = .log(stream: stream, line: line)
        } else {
            content = .progress(
                percent: try fields.number("percent", in: 0...100), message: try fields.text("message"))
        }
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task_id", taskID)
            writer.member("attempt", attempt)
            writer.member("token", token)
            switch content {
            case .progress(let percent, let message):
                writer.member("percent", percent)
                writer.member("message", message)
            case .log(let stream, let line):
                writer.member("stream", stream)
                writer.member("line", line)
            }
        }
    }
}
