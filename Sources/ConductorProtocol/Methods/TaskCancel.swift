import ConductorJSON
import ConductorModel

/// `task.cancel`: a task ends without a result of its own.
public enum TaskCancelMethod: RemoteMethod {
    public typealias Params = TaskCancellation
    public typealias Reply = CancelledReply

    public static var name: StaticString { "task.cancel" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ cancellation: TaskCancellation) -> StoreQuery { .task(cancellation.key) }
}

public struct TaskCancellation: Hashable, MethodParams {
    public var key: TaskKey
    public var reason: String?

    public init(_ key: TaskKey, reason: String? = nil) {
        self.key = key
        self.reason = reason
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        key = try TaskKey(&fields)
        reason = try fields.text("reason")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        key.writeMembers(to: &writer)
        writer.member("reason", reason)
    }
}

public struct CancelledReply: Hashable, MethodReply {
    /// False where it had ended already.
    public var isDone: Bool

    public init(_ isDone: Bool) {
        self.isDone = isDone
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        isDone = try fields.required("cancelled")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("cancelled", isDone)
    }
}
