import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a connection owes to whom: replies to callers, events to subscriptions. Confined to the connection's event loop.
struct ClientSession {
    typealias Events = BoundedInput<ClientEvent>
    typealias Messages = BoundedInput<BusMessage>
    typealias AgentCommands = AsyncThrowingStream<AgentCommand, any Error>

    /// Notifications that may wait to be taken, of each kind.
    static let waitingNotifications = 16_384

    enum Waiter {
        case reply(CheckedContinuation<JSONValue, any Error>)
        case subscription(CheckedContinuation<JSONValue, any Error>, Events)
        case listener(CheckedContinuation<JSONValue, any Error>, channel: String, Messages)
        /// A frame without a reply is on its way.
        case sent(CheckedContinuation<Void, any Error>)

        func fail(_ error: any Error) {
            switch self {
            case .reply(let caller): caller.resume(throwing: error)
            case .subscription(let caller, let events):
                caller.resume(throwing: error)
                events.finish(throwing: error)
            case .listener(let caller, _, let messages):
                caller.resume(throwing: error)
                messages.finish(throwing: error)
            case .sent(let sender): sender.resume(throwing: error)
            }
        }
    }

    /// One subscription's events. Live ones that find no room are left out and counted, so that a reader who stalls
    /// costs bounded memory; a durable one is never left out: it ends the stream, and can be asked for again.
    private struct EventFlow {
        let events: Events
        var leftOut = 0

        /// - Parameter missing: How many the daemon left out before it.
        mutating func bring(_ event: ClientEvent, missing: Int) {
            var event = event
            leftOut += missing
            event.leftOut = leftOut
            switch events.yield(event, bytes: event.text.bytes.count) {
            case .waiting: leftOut = 0
            case .full(let waiting):
                switch event.position {
                case .live: leftOut += 1
                case .durable: events.finish(throwing: ConnectionFault.overrun(limit: waiting, leftOut: leftOut))
                }
            case .ended: break
            }
        }
    }

    private enum State {
        case open
        case ended(ConnectionFault)
    }

    private var state: State = .open
    private var waiters: [Int64: Waiter] = [:]
    private var subscriptions: [String: EventFlow] = [:]
    /// Who listens on a channel of the bus, by the id of the request that began it.
    private var listeners: [String: [Int64: Messages]] = [:]
    private let orders: AgentCommands.Continuation

    init(orders: AgentCommands.Continuation) {
        self.orders = orders
    }

    /// Whether the frame that `waiter` waits on may be sent; where it may not, the waiter is told why.
    mutating func begin(_ id: Int64, _ waiter: Waiter) -> Bool {
        switch state {
        case .open:
            waiters[id] = waiter
            if case .listener(_, let channel, let messages) = waiter { listeners[channel, default: [:]][id] = messages }
            return true
        case .ended(let fault):
            waiter.fail(fault)
            return false
        }
    }

    /// The caller does not wait any more; a late reply is dropped.
    mutating func withdraw(_ id: Int64, _ error: any Error = CancellationError()) {
        waiters.removeValue(forKey: id)?.fail(error)
    }

    /// The kernel has taken the frame.
    mutating func sent(_ id: Int64) {
        guard case .sent(let sender)? = waiters[id] else { return }
        waiters[id] = nil
        sender.resume()
    }

    mutating func unsubscribe(_ subscription: String) -> Bool {
        subscriptions.removeValue(forKey: subscription) != nil
    }

    /// - Returns: whether nobody listens on the channel any more.
    mutating func leave(_ channel: String, _ listener: Int64) -> Bool {
        guard listeners[channel]?.removeValue(forKey: listener) != nil, listeners[channel]?.isEmpty == true else {
            return false
        }
        listeners[channel] = nil
        return true
    }

    mutating func receive(_ body: [UInt8]) throws(ConnectionFault) {
        guard case .open = state else { return }
        let message: ClientMessage
        do throws(ClientMessage.Malformed) {
            message = try ClientMessage(parsing: body)
        } catch {
            throw .malformed(reason: error.reason)
        }
        switch message {
        case .result(let id, let result): answer(id, result)
        case .refusal(let id?, let refusal): take(id)?.fail(refusal)
        case .refusal(nil, let refusal): throw .refused(refusal)
        case .notification("event", let params): try event(params)
        case .notification("bus.message", let params): try busMessage(params)
        case .notification(let method, let params): try order(method, params)
        }
    }

    /// The connection is over: everyone who waits is told.
    mutating func end(_ fault: ConnectionFault) {
        guard case .open = state else { return }
        state = .ended(fault)
        for (_, waiter) in waiters { waiter.fail(fault) }
        waiters = [:]
        let error = fault == .closed ? nil : fault
        for (_, flow) in subscriptions { flow.events.finish(throwing: error) }
        subscriptions = [:]
        for messages in listeners.values.flatMap(\.values) { messages.finish(throwing: error) }
        listeners = [:]
        orders.finish(throwing: error)
    }

    private mutating func take(_ id: RequestID) -> Waiter? {
        switch id {
        case .integer(let number): waiters.removeValue(forKey: number)
        case .string: nil
        }
    }

    private mutating func answer(_ id: RequestID, _ result: JSONValue) {
        switch take(id) {
        case .reply(let caller)?, .listener(let caller, _, _)?: caller.resume(returning: result)
        case .subscription(let caller, let events)?:
            // Before the next frame is read: the first event may be in it.
            if let subscription = result["subscription"]?.string {
                subscriptions[subscription] = EventFlow(events: events)
            }
            caller.resume(returning: result)
        case .sent?, nil: break
        }
    }

    private mutating func event(_ params: JSONValue) throws(ConnectionFault) {
        guard let name = params["subscription"]?.string, let json = params["event"] else {
            throw ConnectionFault.malformed(reason: "an event without its subscription")
        }
        guard subscriptions[name] != nil else { return }
        do throws(JSONFieldError) {
            let missing = params["left_out"]?.integer.map { Int(clamping: $0) } ?? 0
            subscriptions[name]?.bring(try ClientEvent(json: json), missing: missing)
        } catch {
            throw ConnectionFault.malformed(reason: "an event whose \(error.field) \(error.reason)")
        }
    }

    private func busMessage(_ params: JSONValue) throws(ConnectionFault) {
        do throws(JSONFieldError) {
            var fields = try JSONFields(params)
            let channel = try fields.required("channel", as: String.self)
            let message = try fields.required("message", as: BusMessage.self)
            for listener in (listeners[channel] ?? [:]).values {
                guard case .full(let waiting) = listener.yield(message, bytes: params.text.bytes.count) else {
                    continue
                }
                listener.finish(throwing: ConnectionFault.overrun(limit: waiting, leftOut: 0))
            }
        } catch {
            throw ConnectionFault.malformed(reason: "bus.message whose \(error.field) \(error.reason)")
        }
    }

    private func order(_ method: String, _ params: JSONValue) throws(ConnectionFault) {
        let order: AgentCommand?
        do throws(JSONFieldError) {
            order = try AgentCommand(method: method, params: params)
        } catch {
            throw ConnectionFault.malformed(reason: "\(method) whose \(error.field) \(error.reason)")
        }
        guard let order, case .dropped = orders.yield(order) else { return }
        throw ConnectionFault.overrun(limit: Self.waitingNotifications, leftOut: 0)
    }
}
