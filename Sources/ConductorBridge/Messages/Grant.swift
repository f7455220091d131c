import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a worker is given with its claim: the task as its author wrote it, and what an agent is told beside it.
public struct Grant: Sendable {
    public var claim: ClaimID
    /// With its id, and its input evaluated.
    public var task: TaskDefinition
    public var attempt: Int
    /// What is left of the attempt's time. A duration, since clocks of hosts differ.
    public var timeout: Duration
    public var workflowID: WorkflowID?
    public var phase: Phase?
    public var feedback: JSONText?

    init(_ claim: ClaimID, _ assignment: TaskAssignment, timeout: Duration) {
        self.claim = claim
        task = assignment.task
        attempt = assignment.attempt
        self.timeout = timeout
        workflowID = assignment.workflowID
        phase = assignment.phase
        feedback = assignment.feedback
    }
}

extension Grant: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        claim = try fields.required("claim")
        task = try fields.required("task")
        guard task.taskID != nil else { throw JSONFieldError(field: "task.task_id", reason: "is required") }
        attempt = try fields.count("attempt")
        guard let timeout = try fields.duration("timeout_seconds", in: 0...86_400) else {
            throw JSONFieldError(field: "timeout_seconds", reason: "is required")
        }
        self.timeout = timeout
        workflowID = try fields.optional("workflow_id")
        phase = try fields.optional("phase")
        feedback = try fields.optional("feedback")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("claim", claim)
            writer.member("task", task)
            writer.member("attempt", attempt)
            writer.member("timeout_seconds", timeout)
            writer.member("workflow_id", workflowID)
            writer.member("phase", phase)
            writer.member("feedback", feedback)
        }
    }
}
