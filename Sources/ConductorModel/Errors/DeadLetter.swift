import ConductorJSON

public enum DeadLetterKind {}
public typealias DeadLetterID = Identifier<DeadLetterKind>

/// A task that was given up, kept until somebody sends it on its way again or discards it.
public struct DeadLetter: Sendable {
    public enum State: Hashable, Sendable {
        case kept
        /// Known for a repeat of the same request.
        case redriven(requestKey: String?)
        case discarded
    }

    public let id: DeadLetterID
    public let key: TaskKey
    public let agentID: AgentID
    public let errorCode: String
    public let errorMessage: String
    public let attempt: Int
    public let timestamp: Timestamp
    /// The definition, as it was given up.
    public let task: JSONText
    public var state = State.kept

    public init(
        id: DeadLetterID, key: TaskKey, agentID: AgentID, errorCode: String, errorMessage: String, attempt: Int,
        timestamp: Timestamp, task: JSONText
    ) {
        self.id = id
        self.key = key
        self.agentID = agentID
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.attempt = attempt
        self.timestamp = timestamp
        self.task = task
    }
}

extension DeadLetter: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        id = try fields.required("dead_letter_id")
        key = TaskKey(workflowID: try fields.optional("workflow_id"), taskID: try fields.required("task_id"))
        agentID = try fields.required("agent_id")
        errorCode = try fields.required("error_code")
        errorMessage = try fields.required("error_message")
        attempt = try fields.required("attempt")
        timestamp = try fields.required("timestamp")
        task = try fields.required("task")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("dead_letter_id", id)
            writer.member("task_id", key.taskID)
            writer.member("workflow_id", key.workflowID)
            writer.member("agent_id", agentID)
            writer.member("error_code", errorCode)
            writer.member("error_message", errorMessage)
            writer.member("attempt", attempt)
            writer.member("timestamp", timestamp)
            writer.member("task", task)
        }
    }
}
