import ConductorJSON
import ConductorModel
import ConductorWire

/// What a connection owes to whom: replies to callers, events to subscriptions. Confined to the connection's event loop.
struct ClientSession {
    typealias Events = AsyncThrowingStream<ClientEvent, any Error>
    typealias Orders = AsyncThrowingStream<Order, any Error>

    /// Notifications that may wait to be taken, of each kind.
    static let waitingNotifications = 16_384

    enum Waiter {
        case reply(CheckedContinuation<JSONValue, any Error>)
        case subscription(CheckedContinuation<JSONValue, any Error>, Events.Continuation)
        /// A frame without a reply is on its way.
        case sent(CheckedContinuation<Void, any Error>)

        func fail(_ error: any Error) {
            switch self {
            case .reply(let caller): caller.resume(throwing: error)
            case .subscription(let caller, let events):
                caller.resume(throwing: error)
                events.finish(throwing: error)
            case .sent(let sender): sender.resume(throwing: error)
            }
        }
    }

    private enum State {
        case open
        case ended(ConnectionFault)
    }

    private var state: State = .open
    private var waiters: [Int64: Waiter] = [:]
    private var subscriptions: [String: Events.Continuation] = [:]
    private let orders: Orders.Continuation

    init(orders: Orders.Continuation) {
        self.orders = orders
    }

    /// Whether the frame that `waiter` waits on may be sent; where it may not, the waiter is told why.
    mutating func begin(_ id: Int64, _ waiter: Waiter) -> Bool {
        switch state {
        case .open:
            waiters[id] = waiter
            return true
        case .ended(let fault):
            waiter.fail(fault)
            return false
        }
    }

    /// The caller does not wait any more; a late reply is dropped.
    mutating func withdraw(_ id: Int64) {
        waiters.removeValue(forKey: id)?.fail(CancellationError())
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
        for (_, events) in subscriptions { events.finish(throwing: error) }
        subscriptions = [:]
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
        case .reply(let caller)?: caller.resume(returning: result)
        case .subscription(let caller, let events)?:
            // Before the next frame is read: the first event may be in it.
            if let subscription = result["subscription"]?.string { subscriptions[subscription] = events }
            caller.resume(returning: result)
        case .sent?, nil: break
        }
    }

    private func event(_ params: JSONValue) throws(ConnectionFault) {
        guard let name = params["subscription"]?.string, let json = params["event"] else {
            throw ConnectionFault.malformed(reason: "an event without its subscription")
        }
        guard let events = subscriptions[name] else { return }
        do throws(JSONFieldError) {
            if case .dropped = events.yield(try ClientEvent(json: json)) {
                events.finish(throwing: ConnectionFault.overrun(limit: Self.waitingNotifications))
            }
        } catch {
            throw ConnectionFault.malformed(reason: "an event whose \(error.field) \(error.reason)")
        }
    }

    private func order(_ method: String, _ params: JSONValue) throws(ConnectionFault) {
        let order: Order?
        do throws(JSONFieldError) {
            order = try Order(method: method, params: params)
        } catch {
            throw ConnectionFault.malformed(reason: "\(method) whose \(error.field) \(error.reason)")
        }
        guard let order, case .dropped = orders.yield(order) else { return }
        throw ConnectionFault.overrun(limit: Self.waitingNotifications)
    }
}
