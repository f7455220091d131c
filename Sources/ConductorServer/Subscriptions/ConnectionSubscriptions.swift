import ConductorEngine
import ConductorModel
import ConductorTransport

/// The subscriptions of one connection, oldest first. Lives on the event loop.
final class ConnectionSubscriptions {
    private let channel: ServerChannel
    private var subscriptions: [Subscription] = []

    init(channel: ServerChannel) {
        self.channel = channel
    }

    var count: Int { subscriptions.count }

    func add(_ subscription: Subscription) {
        subscriptions.append(subscription)
    }

    /// - Returns: false where there is none of this id.
    func remove(_ id: String) -> Bool {
        guard let index = subscriptions.firstIndex(where: { $0.id == id }) else { return false }
        subscriptions.remove(at: index)
        return true
    }

    func release(_ event: EventRecord) {
        for index in subscriptions.indices
        where subscriptions[index].release(event, isWritable: channel.isWritable) {
            channel.send(.event(subscription: subscriptions[index].id, event))
        }
    }

    func release(_ event: LiveEvent) {
        for subscription in subscriptions where subscription.shows(event, isWritable: channel.isWritable) {
            channel.send(.live(subscription: subscription.id, event))
        }
    }

    /// - Returns: which pages to read: for which subscription, and behind which sequence.
    func startReading() -> [(id: String, after: Int64)] {
        subscriptions.indices.compactMap { index in
            subscriptions[index].startReading(isWritable: channel.isWritable).map { (subscriptions[index].id, $0) }
        }
    }

    func endReading(_ id: String, _ page: [EventRecord], released: Int64) {
        guard let index = subscriptions.firstIndex(where: { $0.id == id }) else { return }
        for event in subscriptions[index].endReading(page, released: released) {
            channel.send(.event(subscription: id, event))
        }
    }

    /// The store cannot be read.
    func giveUp() {
        channel.finish()
    }
}
