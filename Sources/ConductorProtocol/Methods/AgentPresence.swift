import ConductorJSON
import ConductorModel

/// `agent.unregister`: an agent leaves the registry.
public enum AgentUnregisterMethod: AgentMethod {
    public typealias Reply = UnregisteredReply

    public static var name: StaticString { "agent.unregister" }
    public static var requiredRole: Role { .agent }
    public static var changesState: Bool { true }
}

/// `agent.heartbeat`: an agent is still there.
public enum AgentHeartbeatMethod: AgentMethod {
    public typealias Reply = EmptyReply

    public static var name: StaticString { "agent.heartbeat" }
    public static var requiredRole: Role { .agent }
}

/// `agent.drain`: an agent is about to stop: it finishes what it has and is given nothing more.
public enum AgentDrainMethod: AgentMethod {
    public typealias Reply = AgentReply

    public static var name: StaticString { "agent.drain" }
    public static var requiredRole: Role { .agent }
    public static var changesState: Bool { true }
}

/// Whether what was to be unregistered was there.
public struct UnregisteredReply: Hashable, MethodReply {
    public var isDone: Bool

    public init(_ isDone: Bool) {
        self.isDone = isDone
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        isDone = try fields.required("unregistered")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("unregistered", isDone)
    }
}
