import ConductorJSON
import ConductorModel

/// `agent.register`: an agent is there, or there again.
public enum AgentRegisterMethod: RemoteMethod {
    public typealias Params = AgentRegistration
    public typealias Reply = RegistrationReply

    public static var name: StaticString { "agent.register" }
    public static var requiredRole: Role { .agent }
    public static var changesState: Bool { true }
}

/// What an agent says of itself.
public struct AgentRegistration: MethodParams {
    public var agentID: AgentID
    public var agentType: AgentType
    public var capacity = 1
    /// What it is or has, for tasks that demand it.
    public var labels = AgentLabels.none
    public var name: String?
    public var version: String?
    public var description: String?
    public var metadata: JSONText = .emptyObject
    /// Attempts that the agent still has: at work, or answered and not yet acknowledged.
    public var running: [AttemptReference] = []
    /// So many beside those at work an agent may name: they were answered, and the answer was not acknowledged.
    private static let answeredAttempts = 1_000

    /// The agent is about to stop: it finishes what it has and is given nothing more.
    public var isDraining = false

    public init(agentID: AgentID, agentType: AgentType, capacity: Int = 1) {
        self.agentID = agentID
        self.agentType = agentType
        self.capacity = capacity
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agentID = try fields.required("agent_id")
        guard agentID != .coordinator else {
            throw JSONFieldError(field: "agent_id", reason: "must not be \"coordinator\", which is reserved")
        }
        agentType = try fields.required("agent_type")
        capacity = try fields.integer("capacity", in: 1...10_000) ?? 1
        labels = try fields.value("labels", default: .none)
        if let label = labels.inOrder.first(where: \.isID) {
            throw JSONFieldError(field: "labels", reason: "must not have \(label): an agent has its own id= label")
        }
        name = try fields.name()
        version = try fields.text("version")
        description = try fields.text("description")
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        running = try fields.value("running", default: [])
        guard running.count <= capacity + Self.answeredAttempts else {
            throw JSONFieldError(
                field: "running", reason: "must have at most \(capacity + Self.answeredAttempts) elements")
        }
        isDraining = try fields.value("draining", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agent_id", agentID)
        writer.member("agent_type", agentType)
        writer.member("capacity", capacity)
        writer.member("labels", labels.ifAny)
        writer.member("name", name)
        writer.member("version", version)
        writer.member("description", description)
        writer.member("metadata", metadata)
        writer.member("running", running)
        // Left out where it says nothing: an older daemon does not know it.
        writer.member("draining", isDraining ? true : nil)
    }
}

/// What the daemon made of a registration.
public struct RegistrationReply: MethodReply {
    public var agent: AgentState
    /// An agent that is silent for longer is taken to be gone.
    public var lease: Duration
    /// Attempts that the agent named and goes on with; the others it drops.
    public var adopted: [TaskID]

    public init(agent: AgentState, lease: Duration, adopted: [TaskID]) {
        self.agent = agent
        self.lease = lease
        self.adopted = adopted
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agent = try fields.required("agent")
        lease = Duration(inSeconds: try fields.required("lease_seconds"))
        adopted = try fields.value("adopted", default: [])
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agent", agent)
        writer.member("lease_seconds", lease)
        writer.member("adopted", adopted)
    }
}
