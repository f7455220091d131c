import ConductorJSON
import ConductorModel

/// `task.return`: an agent gives back an attempt that it has not begun. It is taken also while the daemon stops.
public enum TaskReturnMethod: RemoteMethod {
    public typealias Params = AttemptReference
    public typealias Reply = ReturnedReply

    public static var name: StaticString { "task.return" }
    public static var requiredRole: Role { .agent }
}

public struct ReturnedReply: Hashable, MethodReply {
    /// Whether the attempt was the current one and its task waits for an agent now.
    public var isDone: Bool

    public init(_ isDone: Bool) {
        self.isDone = isDone
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        isDone = try fields.required("returned")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("returned", isDone)
    }
}
