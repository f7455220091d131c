import ConductorJSON
import ConductorModel

/// `policy.list`: the policies that are registered.
public enum PolicyListMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = PolicyList

    public static var name: StaticString { "policy.list" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ params: NoParams) -> StateScope { .policies }
}

/// `policy.register`: a policy is asked from now on.
public enum PolicyRegisterMethod: RemoteMethod {
    public typealias Params = Policy
    public typealias Reply = PolicyReply

    public static var name: StaticString { "policy.register" }
    public static var requiredRole: Role { .admin }
    public static var changesState: Bool { true }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> Policy {
        let kind = try fields.required("kind", as: Policy.Kind.self)
        return try Policy(kind: kind, parameters: fields.take("parameters"))
    }

    public static func write(_ policy: Policy, to writer: inout JSONWriter) {
        policy.writeMembers(to: &writer)
    }
}

/// `policy.unregister`: a policy is asked no more.
public enum PolicyUnregisterMethod: RemoteMethod {
    public typealias Params = String
    public typealias Reply = UnregisteredReply

    public static var name: StaticString { "policy.unregister" }
    public static var requiredRole: Role { .admin }
    public static var changesState: Bool { true }

    public static func read(_ fields: inout JSONFields) throws(JSONFieldError) -> String {
        try fields.required("policy_name")
    }

    public static func write(_ policy: String, to writer: inout JSONWriter) {
        writer.member("policy_name", policy)
    }
}

public struct PolicyList: Hashable, MethodReply {
    public var policies: [Policy]

    public init(_ policies: [Policy]) {
        self.policies = policies
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        policies = try fields.required("policies")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("policies", policies)
    }
}

public struct PolicyReply: Hashable, MethodReply {
    public var policy: Policy

    public init(_ policy: Policy) {
        self.policy = policy
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        policy = try fields.required("policy")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("policy", policy)
    }
}
