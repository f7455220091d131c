import ConductorJSON
import ConductorModel

/// `account.list`: what each user has of what the daemon limits.
public enum AccountListMethod: RemoteMethod {
    public typealias Params = NoParams
    public typealias Reply = AccountList

    public static var name: StaticString { "account.list" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ params: NoParams) -> StoreQuery { .accounts }
}

public struct AccountList: MethodReply {
    /// By uid.
    public var accounts: [AccountUsage]

    public init(_ accounts: [AccountUsage]) {
        self.accounts = accounts
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        accounts = try fields.required("accounts")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("accounts", accounts)
    }
}

/// What one user has.
public struct AccountUsage: Hashable, MethodReply {
    public var uid: UInt32
    public var connections = 0
    /// Bytes that wait in its connections, to be read or written.
    public var queuedBytes = 0
    public var subscriptions = 0
    /// Channels of the bus that it listens on.
    public var channels = 0
    public var agents = 0
    public var liveTasks = 0
    public var liveWorkflows = 0
    /// Bytes of inputs, definitions and results of its live work.
    public var liveBytes = 0
    /// Bytes of its tasks, workflows and dead letters in the store, those that have ended among them.
    public var storedBytes = 0

    public init(uid: UInt32) {
        self.uid = uid
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        uid = UInt32(clamping: try fields.required("uid", as: Int.self))
        connections = try fields.required("connections")
        queuedBytes = try fields.required("queued_bytes")
        subscriptions = try fields.required("subscriptions")
        channels = try fields.required("channels")
        agents = try fields.required("agents")
        liveTasks = try fields.required("live_tasks")
        liveWorkflows = try fields.required("live_workflows")
        liveBytes = try fields.required("live_bytes")
        storedBytes = try fields.value("stored_bytes", default: 0)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("uid", Int(uid))
        writer.member("connections", connections)
        writer.member("queued_bytes", queuedBytes)
        writer.member("subscriptions", subscriptions)
        writer.member("channels", channels)
        writer.member("agents", agents)
        writer.member("live_tasks", liveTasks)
        writer.member("live_workflows", liveWorkflows)
        writer.member("live_bytes", liveBytes)
        writer.member("stored_bytes", storedBytes)
    }
}
