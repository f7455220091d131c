import ConductorJSON
import ConductorModel

/// An operator's decision on a workflow that is held at a gate.
public struct WorkflowApproval: Params {
    public var workflowID: WorkflowID
    /// False ends the workflow as failed.
    public var approve: Bool
    public var comment: String?
    /// Tasks that have failed count as done, for what needs them and for later gates.
    public var acceptFailures = false
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID, approve: Bool, comment: String? = nil) {
        self.workflowID = workflowID
        self.approve = approve
        self.comment = comment
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.required("workflow_id")
        approve = try fields.required("approve")
        comment = try fields.text("comment")
        acceptFailures = try fields.value("accept_failures", default: false)
        requestKey = try fields.text("request_key", maximumBytes: 256)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("approve", approve)
            writer.member("comment", comment)
            writer.member("accept_failures", acceptFailures ? true : nil)
            writer.member("request_key", requestKey)
        }
    }
}

/// Runs an ended workflow again: what has not completed, or all of it.
public struct WorkflowRetry: Params {
    public var workflowID: WorkflowID
    public var onlyFailed = true
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID) {
        self.workflowID = workflowID
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.required("workflow_id")
        onlyFailed = try fields.value("only_failed", default: true)
        requestKey = try fields.text("request_key", maximumBytes: 256)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("only_failed", onlyFailed)
            writer.member("request_key", requestKey)
        }
    }
}

/// Sends a dead letter's task on its way again.
public struct DeadLetterRedrive: Params {
    public var id: DeadLetterID
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(id: DeadLetterID) {
        self.id = id
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        id = try fields.required("dead_letter_id")
        requestKey = try fields.text("request_key", maximumBytes: 256)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("dead_letter_id", id)
            writer.member("request_key", requestKey)
        }
    }
}

/// A message that asks for a response.
public struct BusRequest: Params {
    public var channel: String
    public var message: BusMessage
    public var timeout: Duration = .seconds(30)

    public init(channel: String, message: BusMessage) {
        self.channel = channel
        self.message = message
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        channel = try fields.channel()
        message = try fields.required("message")
        timeout = try fields.duration("timeout_seconds", in: 0...86_400) ?? .seconds(30)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("channel", channel)
            writer.member("message", message)
            writer.member("timeout_seconds", timeout)
        }
    }
}

extension JSONFields {
    /// The name of a channel: any text of 1 to 256 bytes.
    public mutating func channel() throws(JSONFieldError) -> String {
        guard let channel = try text("channel", maximumBytes: 256) else {
            throw JSONFieldError(field: "channel", reason: "is required")
        }
        guard !channel.isEmpty else { throw JSONFieldError(field: "channel", reason: "must be at least 1 byte") }
        return channel
    }
}
