import ConductorProtocol

/// Events from one connection. The snapshot is the state as of `sequence`; the events that follow it come without a gap.
public struct Subscription: Sendable {
    public let id: String
    /// The last durable event that the snapshot holds.
    public let sequence: Int64
    public let snapshot: EventSnapshot
    /// One task may iterate over it; when it stops, the subscription ends.
    public let events: AsyncThrowingStream<ClientEvent, any Error>

    init(_ reply: SubscriptionReply, events: AsyncThrowingStream<ClientEvent, any Error>) {
        id = reply.subscription
        sequence = reply.sequence
        snapshot = reply.snapshot
        self.events = events
    }
}
