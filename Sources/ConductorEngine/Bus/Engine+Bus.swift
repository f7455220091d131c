import ConductorModel

/// Channels: publish, subscribe, request and response.
extension Engine {
    static let errorChannel = "conductor:errors"
    static let deadLetterChannel = "conductor:dlq"

    mutating func publish(_ message: BusMessage, on channel: String, _ turn: inout Turn) -> Result<Reply, Refusal> {
        let message = complete(message, &turn)
        guard !message.isExpired(at: turn.now.wall) else { return .success(.delivered(0)) }
        let answered = bus.answered(by: message)
        for (number, caller) in answered {
            deadlines.remove(.busRequest(number))
            turn.reply(.busMessage(message), to: caller)
        }
        return .success(.delivered(deliver(message, on: channel, &turn) + answered.count))
    }

    mutating func subscribe(to channel: String, _ caller: Caller) -> Result<Reply, Refusal> {
        let limit = configuration.limits.maxSubscriptionsPerConnection
        guard
            bus.isSubscribed(caller.connection, to: channel) || bus.subscriptionCount(of: caller.connection) < limit
        else {
            return .failure(.quotaExceeded("max_subscriptions_per_connection", limit: limit))
        }
        bus.subscribe(caller.connection, to: channel)
        return .success(.empty)
    }

    mutating func request(_ request: BusRequest, _ caller: Caller, _ turn: inout Turn) {
        guard caller.request != nil else { return }
        var message = complete(request.message, &turn)
        let messageID = message.messageID ?? ""
        let correlationID = message.correlationID ?? messageID
        message.correlationID = correlationID
        let number = bus.expect(.init(caller: caller, messageID: messageID, correlationID: correlationID))
        deadlines.set(.busRequest(number), due: turn.now.monotonic + request.timeout)
        deliver(message, on: request.channel, &turn)
    }

    mutating func busRequestTimedOut(_ number: UInt64, _ turn: inout Turn) {
        guard let caller = bus.giveUp(number) else { return }
        turn.refuse(Refusal(.timeout, "no response came in time"), to: caller)
    }

    /// What the daemon itself says on a channel.
    mutating func announce(_ message: BusMessage, on channel: String, _ turn: inout Turn) {
        deliver(complete(message, &turn), on: channel, &turn)
    }

    private func complete(_ message: BusMessage, _ turn: inout Turn) -> BusMessage {
        var message = message
        if message.messageID == nil { message.messageID = turn.identifier(TaskKind.self).description }
        if message.timestamp == nil { message.timestamp = turn.now.wall }
        return message
    }

    /// To how many it went; an expired message goes to nobody.
    @discardableResult
    private func deliver(_ message: BusMessage, on channel: String, _ turn: inout Turn) -> Int {
        guard !message.isExpired(at: turn.now.wall) else { return 0 }
        let listeners = bus.listeners(on: channel)
        for listener in listeners { turn.output(.notify(listener, .busMessage(channel: channel, message))) }
        return listeners.count
    }
}
