import ConductorJSON
import ConductorModel

/// A subscription has begun.
public struct SubscriptionReply: MethodReply {
    /// Its name, which is the connection's own.
    public var subscription: String
    /// The last durable event that the snapshot holds.
    public var sequence: Int64
    public var snapshot: EventSnapshot

    public init(subscription: String, sequence: Int64, snapshot: EventSnapshot) {
        self.subscription = subscription
        self.sequence = sequence
        self.snapshot = snapshot
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        subscription = try fields.required("subscription")
        sequence = try fields.required("sequence")
        snapshot = try fields.required("snapshot")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("subscription", subscription)
        writer.member("sequence", sequence)
        writer.member("snapshot", snapshot)
    }
}
