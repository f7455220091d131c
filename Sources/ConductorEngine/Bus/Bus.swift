import ConductorModel

/// Who listens on which channel, and who waits for a response. Nothing of it is durable.
struct Bus: Sendable {
    struct Waiting: Sendable {
        let caller: Caller
        let messageID: String
        let correlationID: String
    }

    /// In the order in which they subscribed.
    private var listeners: [String: [ConnectionID]] = [:]
    private var channels: [ConnectionID: (uid: UInt32, names: Set<String>)] = [:]
    /// How many channels each user listens on, each connection for itself.
    private(set) var byUser = UserCounts()
    private var waiting: [UInt64: Waiting] = [:]
    private var requesters: [ConnectionID: Set<UInt64>] = [:]
    /// Oldest first.
    private var byCorrelation: [String: [UInt64]] = [:]
    private var requests: UInt64 = 0

    func listeners(on channel: String) -> [ConnectionID] { listeners[channel] ?? [] }

    func isSubscribed(_ connection: ConnectionID, to channel: String) -> Bool {
        channels[connection]?.names.contains(channel) == true
    }

    func subscriptionCount(of connection: ConnectionID) -> Int { channels[connection]?.names.count ?? 0 }

    mutating func subscribe(_ connection: ConnectionID, of uid: UInt32, to channel: String) {
        guard channels[connection, default: (uid, [])].names.insert(channel).inserted else { return }
        listeners[channel, default: []].append(connection)
        byUser.add(1, of: uid)
    }

    mutating func unsubscribe(_ connection: ConnectionID, from channel: String) {
        guard let uid = channels[connection]?.uid, channels[connection]?.names.remove(channel) != nil else { return }
        byUser.add(-1, of: uid)
        if channels[connection]?.names.isEmpty == true { channels[connection] = nil }
        listeners[channel]?.removeAll { $0 == connection }
        if listeners[channel]?.isEmpty == true { listeners[channel] = nil }
    }

    /// - Returns: the numbers of the requests that nobody waits for any more.
    mutating func disconnected(_ connection: ConnectionID) -> [UInt64] {
        for channel in (channels[connection]?.names ?? []).sorted() { unsubscribe(connection, from: channel) }
        let abandoned = (requesters[connection] ?? []).sorted()
        for number in abandoned { _ = giveUp(number) }
        return abandoned
    }

    /// Notes a request; the number names it until it is answered or given up.
    mutating func expect(_ request: Waiting) -> UInt64 {
        requests += 1
        waiting[requests] = request
        requesters[request.caller.connection, default: []].insert(requests)
        byCorrelation[request.correlationID, default: []].append(requests)
        return requests
    }

    /// The requests that `message` answers.
    mutating func answered(by message: BusMessage) -> [(number: UInt64, caller: Caller)] {
        guard let correlation = message.correlationID else { return [] }
        let numbers = (byCorrelation[correlation] ?? []).filter { waiting[$0]?.messageID != message.messageID }
        return numbers.compactMap { number in giveUp(number).map { (number, $0) } }
    }

    mutating func giveUp(_ number: UInt64) -> Caller? {
        guard let request = waiting.removeValue(forKey: number) else { return nil }
        requesters[request.caller.connection]?.remove(number)
        if requesters[request.caller.connection]?.isEmpty == true { requesters[request.caller.connection] = nil }
        byCorrelation[request.correlationID]?.removeAll { $0 == number }
        if byCorrelation[request.correlationID]?.isEmpty == true { byCorrelation[request.correlationID] = nil }
        return request.caller
    }
}
