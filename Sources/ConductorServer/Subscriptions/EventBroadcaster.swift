import ConductorEngine
import ConductorModel
import ConductorStore

/// Gives events to the subscribers of all connections. Lives on the event loop.
final class EventBroadcaster {
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

    /// Brings those that are behind further, if there is room for it.
    func catchUp(_ subscriptions: ConnectionSubscriptions) {
        for (id, position) in subscriptions.startReading() {
            reader.read { store throws(StoreFault) in
                try store.events(after: position, limit: Self.pageSize)
            } completion: { [self] page in
                switch page {
                case .success(let events): take(events, for: subscriptions, id)
                // Whoever wants the rest asks again, with the last sequence it has seen.
                case .failure: subscriptions.giveUp()
                }
            }
        }
    }

    private func take(_ events: [EventRecord], for subscriptions: ConnectionSubscriptions, _ id: String) {
        subscriptions.endReading(id, events, released: released)
        catchUp(subscriptions)
    }
}
