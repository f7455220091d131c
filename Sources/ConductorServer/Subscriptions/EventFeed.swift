import ConductorModel

/// Gives events to the subscribers of all connections. Lives on the event loop.
final class EventFeed {
    static let pageSize = 256

    private let reader: StoreReader
    /// The last sequence that was released.
    private var released: Int64
    private var subscribers: [ConnectionSubscriptions] = []

    init(reader: StoreReader, released: Int64) {
        self.reader = reader
        self.released = released
    }

    func add(_ subscriptions: ConnectionSubscriptions) {
        subscribers.append(subscriptions)
    }

    func remove(_ subscriptions: ConnectionSubscriptions) {
        subscribers.removeAll { $0 === subscriptions }
    }

    func release(_ event: EventRecord) {
        released = event.sequence
        for subscriber in subscribers { subscriber.release(event) }
    }

    func release(_ event: LiveEvent) {
        for subscriber in subscribers { subscriber.release(event) }
    }

    /// Brings those that are behind further, if there is room for it. A page may bring all of them to the end.
    func catchUp(_ subscriptions: ConnectionSubscriptions) {
        for (id, position) in subscriptions.startReading() {
            reader.events(after: position, limit: Self.pageSize) { [self] page in
                guard subscribers.contains(where: { $0 === subscriptions }) else { return }
                subscriptions.endReading(id, page, released: released)
                catchUp(subscriptions)
            }
        }
    }
}
