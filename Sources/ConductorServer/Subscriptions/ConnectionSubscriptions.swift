import ConductorDelivery
import ConductorEngine
import ConductorModel
import ConductorProtocol
import ConductorTransport

/// The subscriptions of one connection, oldest first. Lives on the event loop.
final class ConnectionSubscriptions {
    private let channel: ServerChannel
    private var subscriptions: [EventSubscription] = []

    init(channel: ServerChannel) {
        self.channel = channel
    }

    var count: Int { subscriptions.count }

    func add(_ subscription: EventSubscription) {
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
            send(event, to: index)
        }
    }

    func release(_ event: LiveEvent) {
        for index in subscriptions.indices
        where subscriptions[index].shows(event, hasRoom: channel.hasRoomForLive) {
            let leftOut = subscriptions[index].takeLeftOut()
            channel.send(.live(subscription: subscriptions[index].id, event, leftOut: leftOut))
        }
    }

    private func send(_ event: EventRecord, to index: Int) {
        let leftOut = subscriptions[index].takeLeftOut()
        channel.send(.event(subscription: subscriptions[index].id, event, leftOut: leftOut))
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
            send(event, to: index)
        }
    }

    /// The store cannot be read.
    func giveUp() {
        channel.finish()
    }
}
