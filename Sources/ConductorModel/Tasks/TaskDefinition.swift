import ConductorJSON

/// What is to be done, as its author wrote it.
public struct TaskDefinition: Sendable {
    private enum Input {
        case own(JSONText)
        /// As it stands in the source: a task that waits holds it once.
        case inSource(Range<Int>)
    }

    private struct Fields {
        var taskID: TaskID?
        var name: String
        var description: String?
        var assignedTo: AgentType?
        var agentLabels = AgentLabels.none
        var priority: Priority = .medium
        var input = Input.own(.emptyObject)
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

    /// What an agent must have to be given the task, beside the type.
    public var agentLabels: AgentLabels {
        get { fields.value.agentLabels }
        set { fields.value.agentLabels = newValue }
    }

    /// Which agents it may be given to; nil where it has no type.
    public var demand: AgentDemand? { assignedTo.map { AgentDemand($0, agentLabels) } }

    public var priority: Priority {
        get { fields.value.priority }
        set { fields.value.priority = newValue }
    }

    public var inputData: JSONText {
        get {
            switch fields.value.input {
            case .own(let text): text
            case .inSource(let range): JSONText(restoring: Array(fields.value.source.bytes[range]))
            }
        }
        set { fields.value.input = .own(newValue) }
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
        try self.init(&members, of: json)
        try members.end()
    }

    /// Takes its members from among others.
    public init(_ members: inout JSONFields) throws(JSONFieldError) {
        try self.init(&members, of: nil)
    }

    /// - Parameter json: whose members they are, where it has no others.
    private init(_ members: inout JSONFields, of json: JSONValue?) throws(JSONFieldError) {
        let taskID = try members.optional("task_id", as: TaskID.self)
        guard let name = try members.name() else { throw JSONFieldError(field: "name", reason: "is required") }
        var fields = Fields(name: name)
        fields.taskID = taskID
        fields.description = try members.text("description")
        fields.assignedTo = try members.optional("assigned_to")
        fields.agentLabels = try members.value("agent_labels", default: .none)
        fields.priority = try members.value("priority", default: .medium)
        if let input = try members.objectValue("input_data") {
            fields.input = json.map { .inSource(input.range(in: $0)) } ?? .own(input.text)
        }
        fields.timeout = try members.duration("timeout_seconds", in: 1...86_400) ?? .seconds(120)
        fields.needs = try members.value("needs", default: [])
        fields.retry = try members.optional("retry")
        fields.metadata = try members.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        fields.createdAt = try members.optional("created_at")
        if let json { fields.source = json.text }
        self.fields = Shared(fields)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("name", name)
        writer.member("description", description)
        writer.member("assigned_to", assignedTo)
        writer.member("agent_labels", agentLabels.ifAny)
        writer.member("priority", priority)
        writer.member("input_data", inputData)
        writer.member("timeout_seconds", timeout)
        writer.member("needs", needs)
        writer.member("retry", retry)
        writer.member("metadata", metadata)
        writer.member("created_at", createdAt)
    }
}
