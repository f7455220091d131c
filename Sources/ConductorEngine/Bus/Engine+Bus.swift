import ConductorModel
import ConductorProtocol

/// Channels: publish, subscribe, request and response.
extension Engine {
    static let errorChannel = "conductor:errors"
    static let deadLetterChannel = "conductor:dlq"

    mutating func publish(_ message: BusMessage, on channel: String, _ transaction: inout EngineTransaction) -> Result<
        Reply, Refusal
    > {
        let message = complete(message, &transaction)
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

    mutating func request(_ request: BusRequest, _ caller: Caller, _ transaction: inout EngineTransaction) {
        guard caller.request != nil else { return }
        var message = complete(request.message, &transaction)
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
        deliver(complete(message, &transaction), on: channel, &transaction)
    }

    private func complete(_ message: BusMessage, _ transaction: inout EngineTransaction) -> BusMessage {
        var message = message
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
