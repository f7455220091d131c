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
    private var standing: [Standing] = []
    /// A page is being read for one of them.
    private var isReading = false

    private struct Standing {
        var subscription: EventSubscription
        /// How many events were released before it began.
        let since: Int
    }

    init(channel: ServerChannel) {
        self.channel = channel
    }

    var uid: UInt32 { channel.peer.uid }

    var count: Int { standing.count }

    /// - Parameter since: how many events were released before.
    func add(_ subscription: EventSubscription, since: Int = 0) {
        standing.append(Standing(subscription: subscription, since: since))
    }

    /// - Returns: false where there is none of this id.
    func remove(_ id: String) -> Bool {
        guard let index = standing.firstIndex(where: { $0.subscription.id == id }) else { return false }
        standing.remove(at: index)
        return true
    }

    func removeAll() {
        standing.removeAll()
    }

    /// - Parameters:
    ///   - number: how many events were released before it.
    ///   - isLate: whether it is no longer sent.
    ///   - text: the event as JSON, the same bytes for all who are sent it.
    /// - Returns: how often it was sent.
    func release(_ event: EventRecord, _ number: Int, isLate: Bool, _ text: () -> JSONText) -> Int {
        var sent = 0
        for index in standing.indices
        where standing[index].since <= number
            && standing[index].subscription.release(event, isWritable: !isLate && channel.isWritable)
        {
            send(text(), to: index)
            sent += 1
        }
        return sent
    }

    func release(_ event: LiveEvent, _ number: Int, isLate: Bool, _ text: () -> JSONText) -> Int {
        var sent = 0
        for index in standing.indices
        where standing[index].since <= number
            && standing[index].subscription.shows(event, hasRoom: !isLate && channel.hasRoomForLive)
        {
            send(text(), to: index)
            sent += 1
        }
        return sent
    }

    private func send(_ event: JSONText, to index: Int) {
        let leftOut = standing[index].subscription.takeLeftOut()
        channel.send(.event(subscription: standing[index].subscription.id, event, leftOut: leftOut))
    }

    /// Begins to read a page, for one subscription at a time: a connection that has many holds up nobody else.
    /// - Returns: for which one, and behind which sequence.
    func startReading() -> (subscription: EventSubscription, after: Int64)? {
        guard !isReading, let index = standing.firstIndex(where: { $0.subscription.state == .behind }),
            let position = standing[index].subscription.startReading(isWritable: channel.isWritable)
        else { return nil }
        isReading = true
        return (standing[index].subscription, position)
    }

    /// - Parameter page: of subscription `id`.
    func endReading(_ id: String, _ page: EventPage, released: Int64) {
        isReading = false
        guard let index = standing.firstIndex(where: { $0.subscription.id == id }) else { return }
        let events = standing[index].subscription.endReading(page.events, through: page.through, released: released)
        for event in events {
            send(event.jsonText, to: index)
        }
        // The others that are behind have their turn before it.
        standing.append(standing.remove(at: index))
    }

    /// The store cannot be read.
    func giveUp() {
        channel.finish()
    }
}
