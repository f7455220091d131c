import ConductorJSON

/// Events from one connection. The snapshot is the state as of `sequence`; the events that follow it come without a gap.
public struct Subscription: Sendable {
    public let id: String
    /// The last durable event that the snapshot holds.
    public let sequence: Int64
    public let snapshot: JSONValue
    /// One task may iterate over it; when it stops, the subscription ends.
    public let events: AsyncThrowingStream<ClientEvent, any Error>

    init(json: JSONValue, events: AsyncThrowingStream<ClientEvent, any Error>) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        id = try fields.required("subscription")
        sequence = try fields.required("sequence")
        guard let snapshot = fields.take("snapshot") else {
            throw JSONFieldError(field: "snapshot", reason: "is required")
        }
        self.snapshot = snapshot
        self.events = events
    }
}
