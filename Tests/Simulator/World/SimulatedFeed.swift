import ConductorDelivery
import ConductorEngine
import ConductorEngineSupport
import ConductorModel

/// The daemon's subscribers: the shipped `Subscription` of each, and pages read from what is durable.
struct SimulatedFeed {
    static let pageSize = 8

    private var subscriptions: [(connection: ConnectionID, subscription: EventSubscription)] = []
    /// The last sequence that was released.
    private var released: Int64

    init(released: Int64) {
        self.released = released
    }

    mutating func add(_ filter: EventFilter, snapshot: Int64, _ connection: ConnectionID) {
        let subscription = EventSubscription(id: "s", filter: filter, snapshot: snapshot)
        subscriptions.append((connection, subscription))
    }

    mutating func remove(_ connection: ConnectionID) {
        subscriptions.removeAll { $0.connection == connection }
    }

    /// - Parameter isWritable: false while a subscriber takes nothing.
    /// - Returns: to whom the event goes.
    mutating func release(_ event: EventRecord, isWritable: (ConnectionID) -> Bool) -> [ConnectionID] {
        released = event.sequence
        var receivers: [ConnectionID] = []
        for index in subscriptions.indices {
            let connection = subscriptions[index].connection
            if subscriptions[index].subscription.release(event, isWritable: isWritable(connection)) {
                receivers.append(connection)
            }
        }
        return receivers
    }

    /// Reads on for those that are behind.
    mutating func catchUp(_ store: Stored) -> [(ConnectionID, EventRecord)] {
        var sent: [(ConnectionID, EventRecord)] = []
        for index in subscriptions.indices {
            while let after = subscriptions[index].subscription.startReading(isWritable: true) {
                let page = Array(store.events.dropFirst(Int(after)).prefix(Self.pageSize))
                let last = page.last?.sequence ?? max(after, released)
                for event in subscriptions[index].subscription.endReading(page, through: last, released: released) {
                    sent.append((subscriptions[index].connection, event))
                }
            }
        }
        return sent
    }
}
