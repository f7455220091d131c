import ConductorJSON
import ConductorModel

/// `agent.unregister`: an agent leaves the registry.
public enum AgentUnregisterMethod: RemoteMethod {
    public typealias Params = AgentRemoval
    public typealias Reply = UnregisteredReply

    public static var name: StaticString { "agent.unregister" }
    public static var requiredRole: Role { .agent }
    public static var changesState: Bool { true }
}

/// Which agent leaves.
public struct AgentRemoval: Hashable, MethodParams {
    public var agentID: AgentID
    /// Its id is free for every user from now on.
    public var isReleased: Bool

    public init(_ agentID: AgentID, isReleased: Bool = false) {
        self.agentID = agentID
        self.isReleased = isReleased
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        agentID = try fields.required("agent_id")
        isReleased = try fields.value("release", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("agent_id", agentID)
        // Left out where it says nothing: an older daemon does not know it.
        writer.member("release", isReleased ? true : nil)
    }
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
