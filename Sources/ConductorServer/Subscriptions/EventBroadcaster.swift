import ConductorDelivery
import ConductorJSON
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

    /// Nothing more is sent to them.
    func end(_ subscriptions: ConnectionSubscriptions) {
        subscriptions.removeAll()
        remove(subscriptions)
    }

    func release(_ event: EventRecord) {
        released = event.sequence
        var encoded = EncodedOnce(event)
        for subscriber in subscribers { subscriber.release(event) { encoded.text } }
    }

    func release(_ event: LiveEvent) {
        var encoded = EncodedOnce(event)
        for subscriber in subscribers { subscriber.release(event) { encoded.text } }
    }

    /// Brings a connection's subscriptions that are behind further, if there is room for it.
    func catchUp(_ subscriptions: ConnectionSubscriptions) {
        guard let (subscription, position) = subscriptions.startReading() else { return }
        reader.read { [filter = subscription.filter] store throws(StoreFault) in
            try store.events(after: position, matching: filter, limit: Self.pageSize)
        } completion: { [self] page in
            switch page {
            case .success(let page):
                subscriptions.endReading(subscription.id, page, released: released)
                catchUp(subscriptions)
            // Whoever wants the rest asks again, with the last sequence it has seen.
            case .failure: subscriptions.giveUp()
            }
        }
    }
}

/// A value as JSON, made when it is first asked for.
struct EncodedOnce<Value: JSONWritable> {
    private let value: Value
    private(set) lazy var text = value.jsonText

    init(_ value: Value) {
        self.value = value
    }
}
