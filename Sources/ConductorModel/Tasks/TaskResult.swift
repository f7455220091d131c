import ConductorJSON

/// How a task ended.
public struct TaskResult: Sendable {
    public var taskID: TaskID
    public var workflowID: WorkflowID?
    /// `coordinator` where no agent produced it.
    public var agentID: AgentID
    /// Terminal.
    public var status: TaskStatus
    public var outputData: JSONText
    public var errorMessage: String?
    public var errorCode: String?
    /// 0 where no attempt was made.
    public var attempt: Int
    public var iteration: Int
    /// Nil where no attempt was made.
    public var startedAt: Timestamp?
    public var completedAt: Timestamp
    public var duration: Duration
    public var metadata: JSONText
    /// What a monitor found.
    public var feedback: Feedback?

    public init(
        taskID: TaskID, workflowID: WorkflowID? = nil, agentID: AgentID, status: TaskStatus,
        outputData: JSONText = .emptyObject, errorMessage: String? = nil, errorCode: String? = nil,
        attempt: Int, iteration: Int, startedAt: Timestamp?, completedAt: Timestamp, duration: Duration,
        metadata: JSONText = .emptyObject, feedback: Feedback? = nil
    ) {
        self.taskID = taskID
        self.workflowID = workflowID
        self.agentID = agentID
        self.status = status
        self.outputData = outputData
        self.errorMessage = errorMessage
        self.errorCode = errorCode
        self.attempt = attempt
        self.iteration = iteration
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.duration = duration
        self.metadata = metadata
        self.feedback = feedback
    }
}

extension TaskResult: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        workflowID = try fields.optional("workflow_id")
        agentID = try fields.required("agent_id")
        status = try fields.required("status")
        outputData = try fields.object("output_data") ?? .emptyObject
        errorMessage = try fields.optional("error_message")
        errorCode = try fields.optional("error_code")
        attempt = try fields.required("attempt")
        iteration = try fields.required("iteration")
        startedAt = try fields.optional("started_at")
        completedAt = try fields.required("completed_at")
        duration = Duration(inSeconds: try fields.required("duration_seconds"))
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        feedback = try fields.optional("feedback")
    }

    public func write(to writer: inout JSONWriter) {
        write(to: &writer, omittingOutput: writer.detail == .least)
    }

    /// Of a longer message, in the outline of a result. Bytes.
    private static let outlinedMessage = 256

    /// Where a workflow's state would grow too large, `output_omitted` stands in place of the output and the feedback.
    /// In an outline, metadata are left out and messages cut.
    public func write(to writer: inout JSONWriter, omittingOutput: Bool) {
        let isOutline = writer.detail > .whole
        writer.object { writer in
            writer.member("task_id", taskID)
            writer.member("workflow_id", workflowID)
            writer.member("agent_id", agentID)
            writer.member("status", status)
            if omittingOutput {
                writer.member("output_omitted", true)
            } else {
                writer.member("output_data", outputData)
            }
            if isOutline, let errorMessage, errorMessage.utf8.count > Self.outlinedMessage {
                writer.member("error_message", errorMessage.excerpt(maximumBytes: Self.outlinedMessage))
                writer.member("error_message_omitted", true)
            } else {
                writer.nullableMember("error_message", errorMessage)
            }
            writer.nullableMember("error_code", errorCode)
            writer.member("attempt", attempt)
            writer.member("iteration", iteration)
            writer.nullableMember("started_at", startedAt)
            writer.member("completed_at", completedAt)
            writer.member("duration_seconds", duration)
            if isOutline { writer.member("metadata_omitted", true) } else { writer.member("metadata", metadata) }
            if !omittingOutput { writer.member("feedback", feedback) }
        }
    }
}
