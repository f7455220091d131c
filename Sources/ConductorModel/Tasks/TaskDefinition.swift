import ConductorJSON

/// What is to be done, as its author wrote it.
public struct TaskDefinition: Sendable {
    /// Nil until the daemon has given it one.
    public var taskID: TaskID?
    public var name: String
    public var description: String?
    public var assignedTo: AgentType?
    public var priority: Priority = .medium
    public var inputData: JSONText = .emptyObject
    public var timeout: Duration = .seconds(120)
    public var needs: [TaskID] = []
    public var retry: RetryPolicy?
    public var metadata: JSONText = .emptyObject
    public var createdAt: Timestamp?
    /// The text this was read from, before defaults: what "the same content" is judged by.
    public private(set) var source: JSONText = .emptyObject

    public init(name: String, assignedTo: AgentType?) {
        self.name = name
        self.assignedTo = assignedTo
    }
}

extension TaskDefinition: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        try self.init(&fields)
        try fields.end()
        source = json.text
    }

    /// Takes its members from among others.
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        taskID = try fields.optional("task_id")
        guard let name = try fields.name() else { throw JSONFieldError(field: "name", reason: "is required") }
        self.name = name
        description = try fields.text("description")
        assignedTo = try fields.optional("assigned_to")
        priority = try fields.value("priority", default: .medium)
        inputData = try fields.object("input_data") ?? .emptyObject
        timeout = try fields.duration("timeout_seconds", in: 1...86_400) ?? .seconds(120)
        needs = try fields.value("needs", default: [])
        retry = try fields.optional("retry")
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        createdAt = try fields.optional("created_at")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("name", name)
        writer.member("description", description)
        writer.member("assigned_to", assignedTo)
        writer.member("priority", priority)
        writer.member("input_data", inputData)
        writer.member("timeout_seconds", timeout)
        writer.member("needs", needs)
        writer.member("retry", retry)
        writer.member("metadata", metadata)
        writer.member("created_at", createdAt)
    }
}
