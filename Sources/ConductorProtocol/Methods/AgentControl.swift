import ConductorJSON
import ConductorModel

/// `agent.pause`: an agent is given no further work.
public enum AgentPauseMethod: AgentMethod {
    public typealias Reply = AgentReply

    public static var name: StaticString { "agent.pause" }
    public static var requiredRole: Role { .operator }
    public static var changesState: Bool { true }
}

/// `agent.resume`: a paused agent is given work again.
public enum AgentResumeMethod: AgentMethod {
    public typealias Reply = AgentReply

    public static var name: StaticString { "agent.resume" }
    public static var requiredRole: Role { .operator }
    public static var changesState: Bool { true }
}
