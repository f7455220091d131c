import ConductorDelivery
import ConductorJSON
import ConductorModel
import ConductorStore
import NIOCore

/// Gives events to the subscribers of all connections, so much in one turn of the loop. The users take turns, so that one who
/// has many subscriptions holds up nobody else.
///
/// Lives on the event loop.
final class EventBroadcaster {
    static let pageSize = 256
    /// How often events are sent, and connections looked at, in one turn.
    static let slice = 256
    /// So many events may wait for their subscribers. Who keeps more waiting reads them from the store.
    static let room = 256

    private let reader: StoreReader
    private let slices: Slices
    /// The last sequence that was released.
    private var released: Int64
    /// Released, and not taken to all subscribers.
    private var events = CircularBuffer<ReleasedEvent>()
    /// How many were released before the first of these.
    private var gone = 0
    private var feeds: [UserFeed] = []
    /// Those who have not been given all, in the order of their turns.
    private var due = CircularBuffer<UserFeed>()

    init(reader: StoreReader, released: Int64, pause: LoopPause) {
        self.reader = reader
        self.released = released
        slices = Slices(of: Self.slice, pause: pause)
    }

    /// How many events were released.
    private var end: Int { gone + events.count }

    /// A subscription is given what is released from now on.
    func add(_ subscription: EventSubscription, to subscriptions: ConnectionSubscriptions) {
        if subscriptions.count == 0 {
            if let feed = feed(of: subscriptions) {
                feed.subscribers.append(subscriptions)
            } else {
                feeds.append(UserFeed(subscriptions, position: end))
            }
        }
        subscriptions.add(subscription, since: end)
    }

    /// Nothing more is sent to them.
    func end(_ subscriptions: ConnectionSubscriptions) {
        subscriptions.removeAll()
        remove(subscriptions)
    }

    /// They have none left, or their connection has gone; that may be seen as they are sent to.
    func remove(_ subscriptions: ConnectionSubscriptions) {
        guard let feed = feed(of: subscriptions) else { return }
        feed.remove(subscriptions)
        if feed.subscribers.isEmpty { feeds.removeAll { $0 === feed } }
        removeGiven()
    }

    func release(_ event: EventRecord) {
        released = event.sequence
        release(ReleasedEvent(.durable(event), number: end))
    }

    func release(_ event: LiveEvent) {
        release(ReleasedEvent(.live(event), number: end))
    }

    private func release(_ event: ReleasedEvent) {
        guard !feeds.isEmpty else { return gone += 1 }
        for feed in feeds where feed.position == end { due.append(feed) }
        events.append(event)
        if events.count > Self.room { leaveOutFirst() }
        slices.goOn { [self] in giveNext() }
    }

    /// Takes an event to one connection.
    /// - Returns: how many steps that took; nil where all have all.
    private func giveNext() -> Int? {
        guard let feed = due.popFirst() else { return nil }
        // All of its connections may have gone meanwhile.
        guard feed.position < end, let subscriber = feed.next() else { return 1 }
        let sent = event(feed.position).give(to: subscriber)
        feed.advance()
        if feed.position < end { due.append(feed) }
        removeGiven()
        return 1 + sent
    }

    /// Whoever has not had the first event is not given it: it has kept too many waiting.
    private func leaveOutFirst() {
        for feed in feeds where feed.position == gone {
            while feed.position == gone, let subscriber = feed.next() {
                _ = event(gone).give(to: subscriber, isLate: true)
                catchUp(subscriber)
                feed.advance()
            }
        }
        removeGiven()
    }

    private func removeGiven() {
        while !events.isEmpty, feeds.allSatisfy({ $0.position > gone }) {
            events.removeFirst()
            gone += 1
        }
    }

    private func event(_ number: Int) -> ReleasedEvent {
        events[offset: number - gone]
    }

    private func feed(of subscriptions: ConnectionSubscriptions) -> UserFeed? {
        feeds.first { $0.uid == subscriptions.uid }
    }

    /// Brings a connection's subscriptions that are behind further, if there is room for it.
    func catchUp(_ subscriptions: ConnectionSubscriptions) {
        guard let (subscription, position) = subscriptions.startReading() else { return }
        reader.read(for: subscriptions.uid) { [filter = subscription.filter] store throws(StoreFault) in
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

/// The connections of one user that have subscriptions, and how far these are in what was released.
private final class UserFeed {
    let uid: UInt32
    var subscribers: [ConnectionSubscriptions]
    /// The number of the event that they are given, one after the other.
    private(set) var position: Int
    /// How many of them have had it.
    private var served = 0

    init(_ subscriptions: ConnectionSubscriptions, position: Int) {
        uid = subscriptions.uid
        subscribers = [subscriptions]
        self.position = position
    }

    /// Who is given the event at `position`; nil where nobody is left here.
    func next() -> ConnectionSubscriptions? {
        guard served < subscribers.count else { return nil }
        served += 1
        return subscribers[served - 1]
    }

    /// One has been given it. While that was done, others may have left.
    func advance() {
        guard served >= subscribers.count else { return }
        served = 0
        position += 1
    }

    func remove(_ subscriptions: ConnectionSubscriptions) {
        guard let index = subscribers.firstIndex(where: { $0 === subscriptions }) else { return }
        subscribers.remove(at: index)
        if index < served { served -= 1 }
        if served > 0 { advance() }
    }
}
