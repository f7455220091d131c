import ConductorJSON
import ConductorModel

/// `breaker.list`: the breakers of agents that have failed.
public enum BreakerListMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = BreakerList

    public static var name: StaticString { "breaker.list" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ params: NoParams) -> StateScope { .breakers }
}

/// `breaker.reset`: an agent's breaker is closed.
public enum BreakerResetMethod: AgentMethod {
    public typealias Reply = BreakerReply

    public static var name: StaticString { "breaker.reset" }
    public static var requiredRole: Role { .operator }
    public static var changesState: Bool { true }
}

public struct BreakerList: MethodReply {
    public var breakers: [Breaker]

    public init(_ breakers: [Breaker]) {
        self.breakers = breakers
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        breakers = try fields.required("breakers")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("breakers", breakers)
    }
}

public struct BreakerReply: MethodReply {
    public var breaker: Breaker

    public init(_ breaker: Breaker) {
        self.breaker = breaker
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        breaker = try fields.required("breaker")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("breaker", breaker)
    }
}
