import ConductorJSON

/// What is to be done, as its author wrote it.
public struct TaskDefinition: Sendable {
    private struct Fields {
        var taskID: TaskID?
        var name: String
        var description: String?
        var assignedTo: AgentType?
        var priority: Priority = .medium
        var inputData: JSONText = .emptyObject
        var timeout: Duration = .seconds(120)
        var needs: [TaskID] = []
        var retry: RetryPolicy?
        var metadata: JSONText = .emptyObject
        var createdAt: Timestamp?
        var source: JSONText = .emptyObject
    }

    /// A task passes through many hands and hardly ever changes.
    private var fields: Shared<Fields>

    public init(name: String, assignedTo: AgentType?) {
        fields = Shared(Fields(name: name, assignedTo: assignedTo))
    }

    /// Nil until the daemon has given it one.
    public var taskID: TaskID? {
        get { fields.value.taskID }
        set { fields.value.taskID = newValue }
    }

    public var name: String {
        get { fields.value.name }
        set { fields.value.name = newValue }
    }

    public var description: String? {
        get { fields.value.description }
        set { fields.value.description = newValue }
    }

    public var assignedTo: AgentType? {
        get { fields.value.assignedTo }
        set { fields.value.assignedTo = newValue }
    }

    public var priority: Priority {
        get { fields.value.priority }
        set { fields.value.priority = newValue }
    }

    public var inputData: JSONText {
        get { fields.value.inputData }
        set { fields.value.inputData = newValue }
    }

    public var timeout: Duration {
        get { fields.value.timeout }
        set { fields.value.timeout = newValue }
    }

    public var needs: [TaskID] {
        get { fields.value.needs }
        set { fields.value.needs = newValue }
    }

    public var retry: RetryPolicy? {
        get { fields.value.retry }
        set { fields.value.retry = newValue }
    }

    public var metadata: JSONText {
        get { fields.value.metadata }
        set { fields.value.metadata = newValue }
    }

    public var createdAt: Timestamp? {
        get { fields.value.createdAt }
        set { fields.value.createdAt = newValue }
    }

    /// The text this was read from, before defaults: what "the same content" is judged by.
    public var source: JSONText { fields.value.source }
}

extension TaskDefinition: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var members = try JSONFields(json)
        let taskID = try members.optional("task_id", as: TaskID.self)
        guard let name = try members.name() else { throw JSONFieldError(field: "name", reason: "is required") }
        var fields = Fields(name: name)
        fields.taskID = taskID
        fields.description = try members.text("description")
        fields.assignedTo = try members.optional("assigned_to")
        fields.priority = try members.value("priority", default: .medium)
        fields.inputData = try members.object("input_data") ?? .emptyObject
        fields.timeout = try members.duration("timeout_seconds", in: 1...86_400) ?? .seconds(120)
        fields.needs = try members.value("needs", default: [])
        fields.retry = try members.optional("retry")
        fields.metadata = try members.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        fields.createdAt = try members.optional("created_at")
        try members.end()
        fields.source = json.text
        self.fields = Shared(fields)
    }

    public func write(to writer: inout JSONWriter) {
        write(to: &writer, input: inputData, status: nil)
    }

    /// With its input resolved for the agent, or with its status for `task.get`.
    public func write(to writer: inout JSONWriter, input: JSONText, status: TaskStatus?, id: TaskID? = nil) {
        writer.object { writer in
            writer.member("task_id", id ?? taskID)
            writer.member("name", name)
            writer.member("description", description)
            writer.member("assigned_to", assignedTo)
            writer.member("priority", priority)
            writer.member("input_data", input)
            writer.member("timeout_seconds", timeout)
            writer.member("needs", needs)
            writer.member("retry", retry)
            writer.member("metadata", metadata)
            writer.member("created_at", createdAt)
            writer.member("status", status)
        }
    }
}
