import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Channels: publish, subscribe, request and response.
extension Engine {
    static let errorChannel = "conductor:errors"
    static let deadLetterChannel = "conductor:dlq"
    /// What the daemon calls itself.
    static let busName = "conductord"
    /// Channels on which it alone speaks begin so.
    private static let ownChannels = "conductor:"

    mutating func publish(
        _ message: BusMessage, on channel: String, _ caller: Caller, _ transaction: inout EngineTransaction
    ) -> Result<Reply, Refusal> {
        if let refusal = refusal(of: message, on: channel, caller) { return .failure(refusal) }
        let message = complete(message, from: caller, &transaction)
        guard !message.isExpired(at: transaction.now.wall) else { return .success(.delivered(0)) }
        let answered = bus.answered(by: message)
        for (number, caller) in answered {
            deadlines.remove(.busRequest(number))
            transaction.reply(.busMessage(message), to: caller)
        }
        return .success(.delivered(deliver(message, on: channel, &transaction) + answered.count))
    }

    mutating func subscribe(to channel: String, _ caller: Caller) -> Result<Reply, Refusal> {
        let limit = configuration.limits.maxSubscriptionsPerConnection
        guard
            bus.isSubscribed(caller.connection, to: channel) || bus.subscriptionCount(of: caller.connection) < limit
        else {
            return .failure(.quotaExceeded("max_subscriptions_per_connection", limit: limit))
        }
        if !bus.isSubscribed(caller.connection, to: channel),
            let refusal = bus.byUser.refusal(
                adding: 1, of: caller.peer.uid, configuration.limits.subscriptionQuota,
                isPrivileged: configuration.isPrivileged(caller.peer.uid))
        {
            return .failure(refusal)
        }
        bus.subscribe(caller.connection, of: caller.peer.uid, to: channel)
        return .success(.empty)
    }

    /// Nobody speaks for the daemon, nor for another user's agent, nor much to many at once.
    private func refusal(of message: BusMessage, on channel: String, _ caller: Caller) -> Refusal? {
        if message.sender != nil {
            return .invalidParams(JSONFieldError(field: "message.sender", reason: "is set by the daemon"))
        }
        if channel.utf8.starts(with: Self.ownChannels.utf8) {
            return Refusal(
                .permissionDenied, "only the daemon publishes on \(channel.excerpt())",
                details: ["channel": .text(channel)])
        }
        // It is written to each of them in one turn.
        guard message.contentBytes * bus.listeners(on: channel).count <= Limits.fanOutBytes else {
            return .quotaExceeded("max_fan_out_bytes", limit: Limits.fanOutBytes)
        }
        let name = message.senderID
        let isForeign = AgentID(name).flatMap { fleet.owner(of: $0) }.map { $0 != caller.peer.uid } ?? false
        guard name == Self.busName || name == AgentID.coordinator.description || isForeign else { return nil }
        return Refusal(
            .permissionDenied, "\(name.excerpt()) is the name of \(isForeign ? "another user's agent" : "the daemon")",
            details: ["sender_id": .text(name)])
    }

    mutating func request(_ request: BusRequest, _ caller: Caller, _ transaction: inout EngineTransaction) {
        guard caller.request != nil else { return }
        if let refusal = refusal(of: request.message, on: request.channel, caller) {
            return transaction.refuse(refusal, to: caller)
        }
        var message = complete(request.message, from: caller, &transaction)
        let messageID = message.messageID ?? ""
        let correlationID = message.correlationID ?? messageID
        message.correlationID = correlationID
        let number = bus.expect(.init(caller: caller, messageID: messageID, correlationID: correlationID))
        deadlines.set(.busRequest(number), due: transaction.now.monotonic + request.timeout)
        deliver(message, on: request.channel, &transaction)
    }

    mutating func busRequestTimedOut(_ number: UInt64, _ transaction: inout EngineTransaction) {
        guard let caller = bus.giveUp(number) else { return }
        transaction.refuse(Refusal(.timeout, "no response came in time"), to: caller)
    }

    /// What the daemon itself says on a channel.
    mutating func announce(_ message: BusMessage, on channel: String, _ transaction: inout EngineTransaction) {
        deliver(complete(message, from: nil, &transaction), on: channel, &transaction)
    }

    /// - Parameter caller: Nil where the daemon itself speaks.
    private func complete(
        _ message: BusMessage, from caller: Caller?, _ transaction: inout EngineTransaction
    ) -> BusMessage {
        var message = message
        message.sender = caller.map { .init(uid: $0.peer.uid, role: $0.peer.role.rawValue) }
        if message.messageID == nil { message.messageID = transaction.identifier(TaskKind.self).description }
        if message.timestamp == nil { message.timestamp = transaction.now.wall }
        return message
    }

    /// To how many it went; an expired message goes to nobody.
    @discardableResult
    private func deliver(_ message: BusMessage, on channel: String, _ transaction: inout EngineTransaction) -> Int {
        guard !message.isExpired(at: transaction.now.wall) else { return 0 }
        let listeners = bus.listeners(on: channel)
        for listener in listeners { transaction.output(.notify(listener, .busMessage(channel: channel, message))) }
        return listeners.count
    }
}
