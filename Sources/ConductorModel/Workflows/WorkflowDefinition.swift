import ConductorJSON

/// Phases and tasks, as their author wrote them.
public struct WorkflowDefinition: Sendable {
    /// What is to be done where every agent of a type is at work.
    public enum WhenBusy: String, Vocabulary {
        case queue, fail
    }

    public enum OnGateBlocked: String, Vocabulary {
        /// The workflow ends as failed.
        case fail
        /// It is held until an operator decides.
        case approve
    }

    public struct Gate: Hashable, Sendable {
        /// Completed ÷ (completed + failed), from 0 to 1.
        public var requiredSuccessRate: Double

        public init(requiredSuccessRate: Double) {
            self.requiredSuccessRate = requiredSuccessRate
        }
    }

    /// Nil until the daemon has given it one.
    public var workflowID: WorkflowID?
    public var name: String
    public var description: String?
    public var phases: [Phase] = Phase.allCases
    public var tasks: [TaskDefinition] = []
    public var parallelism = 1
    public var whenBusy: WhenBusy = .queue
    public var queueTimeout: Duration = .seconds(3600)
    /// How long a task waits where no agent of its type is registered; nil for the default of 10 s. Where it was not
    /// given it is not written: an older daemon does not know the member.
    public var agentWait: Duration?
    public var maxFeedbackLoops = 3
    public var gate: Gate?
    public var onGateBlocked: OnGateBlocked = .fail
    /// What a run gives as a whole, in order. Where there are none they are not written: an older daemon does not know them.
    public var outputs: [OutputDefinition] = []
    public var metadata: JSONText = .emptyObject
    /// The text this was read from, before defaults: what "the same content" is judged by.
    public private(set) var source: JSONText = .emptyObject

    public init(name: String) {
        self.name = name
    }
}

extension WorkflowDefinition: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.optional("workflow_id")
        guard let name = try fields.name() else { throw JSONFieldError(field: "name", reason: "is required") }
        self.name = name
        description = try fields.text("description")
        phases = try fields.value("phases", default: Phase.allCases)
        tasks = try fields.value("tasks", default: [])
        parallelism = try fields.integer("parallelism", in: 1...1000) ?? 1
        whenBusy = try fields.value("when_busy", default: .queue)
        queueTimeout = try fields.duration("queue_timeout_seconds", in: 0...604_800) ?? .seconds(3600)
        agentWait = try fields.duration("agent_wait_seconds", in: 0...604_800)
        maxFeedbackLoops = try fields.integer("max_feedback_loops", in: 0...1000) ?? 3
        gate = try fields.optional("gate")
        onGateBlocked = try fields.value("on_gate_blocked", default: .fail)
        outputs = try fields.optional("outputs", as: OutputDefinitions.self)?.all ?? []
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        try fields.end()
        source = json.text
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("name", name)
            writer.member("description", description)
            writer.member("phases", phases)
            writer.member("tasks", tasks)
            writer.member("parallelism", parallelism)
            writer.member("when_busy", whenBusy)
            writer.member("queue_timeout_seconds", queueTimeout)
            writer.member("agent_wait_seconds", agentWait)
            writer.member("max_feedback_loops", maxFeedbackLoops)
            writer.member("gate", gate)
            writer.member("on_gate_blocked", onGateBlocked)
            if !outputs.isEmpty { writer.member("outputs", OutputDefinitions(outputs)) }
            writer.member("metadata", metadata)
        }
    }
}

extension WorkflowDefinition.Gate: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        guard let rate = try fields.number("required_success_rate", in: 0...1) else {
            throw JSONFieldError(field: "required_success_rate", reason: "is required")
        }
        requiredSuccessRate = rate
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { $0.member("required_success_rate", requiredSuccessRate) }
    }
}
