import ConductorJSON
import ConductorModel

/// The parameters of one method.
public protocol Params: JSONReadable, JSONWritable, Sendable {}

public struct Hello: Params {
    public var clientName: String?
    public var clientVersion: String?
    public var protocolVersion: Int?

    public init(clientName: String, clientVersion: String, protocolVersion: Int = 1) {
        self.clientName = clientName
        self.clientVersion = clientVersion
        self.protocolVersion = protocolVersion
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        if let client = fields.take("client"), client.kind != .null {
            do throws(JSONFieldError) {
                var members = try JSONFields(client)
                clientName = try members.text("name", maximumBytes: 256)
                clientVersion = try members.text("version", maximumBytes: 256)
                try members.end()
            } catch {
                throw error.within("client")
            }
        }
        protocolVersion = try fields.optional("protocol")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("client")
            writer.object { writer in
                writer.member("name", clientName)
                writer.member("version", clientVersion)
            }
            writer.member("protocol", protocolVersion)
        }
    }
}

public struct AgentRegistration: Params {
    public var agentID: AgentID
    public var agentType: AgentType
    public var capacity = 1
    public var name: String?
    public var version: String?
    public var description: String?
    public var metadata: JSONText = .emptyObject
    /// Attempts that the agent still has: at work, or answered and not yet acknowledged.
    public var running: [AttemptReference] = []
    /// The agent is about to stop: it finishes what it has and is given nothing more.
    public var isDraining = false

    public init(agentID: AgentID, agentType: AgentType, capacity: Int = 1) {
        self.agentID = agentID
        self.agentType = agentType
        self.capacity = capacity
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        agentID = try fields.required("agent_id")
        guard agentID != .coordinator else {
            throw JSONFieldError(field: "agent_id", reason: "must not be \"coordinator\", which is reserved")
        }
        agentType = try fields.required("agent_type")
        capacity = try fields.integer("capacity", in: 1...10_000) ?? 1
        name = try fields.name()
        version = try fields.text("version")
        description = try fields.text("description")
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        running = try fields.value("running", default: [])
        isDraining = try fields.value("draining", default: false)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("agent_id", agentID)
            writer.member("agent_type", agentType)
            writer.member("capacity", capacity)
            writer.member("name", name)
            writer.member("version", version)
            writer.member("description", description)
            writer.member("metadata", metadata)
            writer.member("running", running)
            // Left out where it says nothing: an older daemon does not know it.
            writer.member("draining", isDraining ? true : nil)
        }
    }
}

public struct TaskDispatch: Params {
    public var task: TaskDefinition
    public var whenBusy: WorkflowDefinition.WhenBusy = .fail
    public var queueTimeout: Duration = .seconds(3600)
    public var detach = false

    public init(task: TaskDefinition) {
        self.task = task
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        task = try fields.required("task")
        whenBusy = try fields.value("when_busy", default: .fail)
        queueTimeout = try fields.duration("queue_timeout_seconds", in: 0...604_800) ?? .seconds(3600)
        detach = try fields.value("detach", default: false)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task", task)
            writer.member("when_busy", whenBusy)
            writer.member("queue_timeout_seconds", queueTimeout)
            writer.member("detach", detach)
        }
    }
}

/// An agent's answer to `task.execute`.
public struct TaskCompletion: Params {
    public enum Status: String, Vocabulary {
        case completed, failed
        /// The task does not suit the agent.
        case rejected
    }

    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken
    public var status: Status
    public var outputData: JSONText = .emptyObject
    public var errorMessage: String?
    public var errorCode: String?
    public var feedback: Feedback?
    public var metadata: JSONText = .emptyObject

    public init(taskID: TaskID, attempt: Int, token: AttemptToken, status: Status) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
        self.status = status
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        status = try fields.required("status")
        outputData = try fields.object("output_data") ?? .emptyObject
        errorMessage = try fields.text("error_message")
        errorCode = try fields.text("error_code", maximumBytes: 256)
        feedback = try fields.optional("feedback")
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task_id", taskID)
            writer.member("attempt", attempt)
            writer.member("token", token)
            writer.member("status", status)
            writer.member("output_data", outputData)
            writer.member("error_message", errorMessage)
            writer.member("error_code", errorCode)
            writer.member("feedback", feedback)
            writer.member("metadata", metadata)
        }
    }
}

public struct WorkflowSubmission: Params {
    public var definition: WorkflowDefinition
    public var inputs: JSONText = .emptyObject
    public var detach = false

    public init(definition: WorkflowDefinition) {
        self.definition = definition
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        definition = try fields.required("definition")
        inputs = try fields.object("inputs") ?? .emptyObject
        detach = try fields.value("detach", default: false)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("definition", definition)
            writer.member("inputs", inputs)
            writer.member("detach", detach)
        }
    }
}

public struct WorkflowFeedback: Params {
    public enum Through: String, Vocabulary {
        /// Development alone is run anew.
        case development
        /// Development and all that follows it.
        case all
    }

    public var workflowID: WorkflowID
    public var feedback: Feedback
    public var through: Through = .development
    /// Answer once it has begun.
    public var detach = false
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID, feedback: Feedback) {
        self.workflowID = workflowID
        self.feedback = feedback
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.required("workflow_id")
        feedback = try fields.required("feedback")
        through = try fields.value("through", default: .development)
        detach = try fields.value("detach", default: false)
        requestKey = try fields.text("request_key", maximumBytes: 256)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("feedback", feedback)
            writer.member("through", through)
            writer.member("detach", detach)
            writer.member("request_key", requestKey)
        }
    }
}

/// What `policy.evaluate` asks about; policies that fit what is given are asked.
public struct PolicyQuestion: Params {
    public var task: TaskDefinition?
    public var agentID: AgentID?
    public var workflowID: WorkflowID?

    public init(task: TaskDefinition? = nil, agentID: AgentID? = nil, workflowID: WorkflowID? = nil) {
        self.task = task
        self.agentID = agentID
        self.workflowID = workflowID
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        task = try fields.optional("task")
        agentID = try fields.optional("agent_id")
        workflowID = try fields.optional("workflow_id")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task", task)
            writer.member("agent_id", agentID)
            writer.member("workflow_id", workflowID)
        }
    }
}
