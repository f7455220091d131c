import ConductorDelivery
import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorStore
import ConductorTransport

/// The subscriptions of one connection. Lives on the event loop.
final class ConnectionSubscriptions {
    private let channel: ServerChannel
    private var subscriptions: [EventSubscription] = []
    /// A page is being read for one of them.
    private var isReading = false

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

    func removeAll() {
        subscriptions.removeAll()
    }

    /// - Parameter text: the event as JSON, the same bytes for all who are sent it.
    func release(_ event: EventRecord, _ text: () -> JSONText) {
        for index in subscriptions.indices
        where subscriptions[index].release(event, isWritable: channel.isWritable) {
            send(text(), to: index)
        }
    }

    func release(_ event: LiveEvent, _ text: () -> JSONText) {
        for index in subscriptions.indices
        where subscriptions[index].shows(event, hasRoom: channel.hasRoomForLive) {
            send(text(), to: index)
        }
    }

    private func send(_ event: JSONText, to index: Int) {
        let leftOut = subscriptions[index].takeLeftOut()
        channel.send(.event(subscription: subscriptions[index].id, event, leftOut: leftOut))
    }

    /// Begins to read a page, for one subscription at a time: a connection that has many holds up nobody else.
    /// - Returns: for which one, and behind which sequence.
    func startReading() -> (subscription: EventSubscription, after: Int64)? {
        guard !isReading, let index = subscriptions.firstIndex(where: { $0.state == .behind }),
            let position = subscriptions[index].startReading(isWritable: channel.isWritable)
        else { return nil }
        isReading = true
        return (subscriptions[index], position)
    }

    /// - Parameter page: of subscription `id`.
    func endReading(_ id: String, _ page: EventPage, released: Int64) {
        isReading = false
        guard let index = subscriptions.firstIndex(where: { $0.id == id }) else { return }
        for event in subscriptions[index].endReading(page.events, through: page.through, released: released) {
            send(event.jsonText, to: index)
        }
        // The others that are behind have their turn before it.
        subscriptions.append(subscriptions.remove(at: index))
    }

    /// The store cannot be read.
    func giveUp() {
        channel.finish()
    }
}
