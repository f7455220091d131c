import ConductorJSON
import ConductorModel

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
            if writer.detail > .whole, feedback != nil {
                writer.member("feedback_omitted", true)
            } else {
                writer.member("feedback", feedback)
            }
        }
    }
}
