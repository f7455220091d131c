import ConductorJSON
import ConductorModel

/// `agent.get`: one agent.
public enum AgentGetMethod: AgentMethod {
    public typealias Reply = AgentReply

    public static var name: StaticString { "agent.get" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ agent: AgentID) -> StateScope { .agent(agent) }
}

/// `agent.list`: all agents, or those of a kind.
public enum AgentListMethod: RemoteMethod {
    public typealias Params = AgentQuery
    public typealias Reply = AgentList

    public static var name: StaticString { "agent.list" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ query: AgentQuery) -> StateScope { .agents }
}

/// Which agents `agent.list` shows.
public struct AgentQuery: MethodParams {
    public var agentType: AgentType?
    /// Only those that could be given a task now, or only those that could not.
    public var available: Bool?
    /// How many at most; nil for as many as fit into an answer.
    public var limit: Int?
    /// Only those whose ids come after this one.
    public var after: AgentID?

    public init(agentType: AgentType? = nil, available: Bool? = nil, limit: Int? = nil, after: AgentID? = nil) {
        self.agentType = agentType
        self.available = available
        self.limit = limit
        self.after = after
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agentType = try fields.optional("agent_type")
        available = try fields.optional("available")
        limit = try fields.integer("limit", in: 1...Limits.pageSize)
        after = try fields.optional("after")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agent_type", agentType)
        writer.member("available", available)
        writer.member("limit", limit)
        writer.member("after", after)
    }
}

/// An agent as it is now.
public struct AgentReply: MethodReply {
    /// Nil where it is unknown; only `agent.get` says so, the others refuse.
    public var agent: AgentState?

    public init(_ agent: AgentState?) {
        self.agent = agent
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agent = try fields.optional("agent")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.nullableMember("agent", agent)
    }
}

public struct AgentList: MethodReply {
    /// By their ids.
    public var agents: [AgentState]
    /// After which id the next page begins; nil on the last.
    public var nextAfter: AgentID?

    public init(_ agents: [AgentState], nextAfter: AgentID? = nil) {
        self.agents = agents
        self.nextAfter = nextAfter
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agents = try fields.required("agents")
        nextAfter = try fields.optional("next_after")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agents", agents)
        writer.member("count", agents.count)
        writer.member("next_after", nextAfter)
    }
}
