import ConductorJSON
import ConductorModel
import ConductorTransport
import ConductorProtocol
import NIOCore
import NIOPosix
import Synchronization

/// One connection to the daemon. Requests may be made from any number of tasks at once; they are pipelined, and each
/// task waits for its own reply. It does not reconnect by itself: `EventFeed` does, and agents do.
///
/// A call throws `Refusal` for what the daemon refuses, `ConnectionFault` where the connection does not serve,
/// `CancellationError` where the calling task was cancelled: the wait is then withdrawn, not what was asked for.
public final class ConductorClient: Sendable {
    /// What the daemon asks of this connection's agent; ends with the connection. One task may iterate over it.
    public let orders: AsyncThrowingStream<AgentCommand, any Error>

    /// Within which each request is answered; nil for no limit.
    private struct Patience {
        let limit: Duration
        let path: String
    }

    private let channel: ClientChannel
    private let eventLoop: any EventLoop
    private let session: NIOLoopBoundBox<ClientSession>
    private let patience: Patience?
    private let lastID = Atomic<Int64>(0)

    private init(
        channel: ClientChannel, eventLoop: any EventLoop, session: NIOLoopBoundBox<ClientSession>,
        orders: AsyncThrowingStream<AgentCommand, any Error>, patience: Patience?
    ) {
        self.channel = channel
        self.eventLoop = eventLoop
        self.session = session
        self.orders = orders
        self.patience = patience
    }

    /// Connects to the socket at `path`; `SocketPath.search` finds it. A request that is not answered within
    /// `replyTimeout` throws `ConnectionFault.silent`; without one, calls wait for as long as the connection lasts.
    ///
    /// - Parameter daemonUID: Whose the daemon must be, by the kernel's word, before anything is sent to it; else
    ///   `ConnectionFault.foreign` is thrown. Of a socket that systemd holds, it is systemd's: 0, or the user's own.
    public static func connect(
        socket path: String, daemonUID: UInt32? = nil, replyTimeout: Duration? = nil
    ) async throws(ConnectionFault) -> ConductorClient {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let (orders, continuation) = ClientSession.AgentCommands.makeStream(
            bufferingPolicy: .bufferingOldest(ClientSession.waitingNotifications))
        let session = NIOLoopBoundBox.makeBoxSendingValue(
            ClientSession(orders: continuation), as: ClientSession.self, eventLoop: eventLoop)
        let channel: ClientChannel
        do throws(ClientChannel.Unreachable) {
            channel = try await .connect(
                path: path, on: eventLoop,
                received: { body in
                    do throws(ConnectionFault) {
                        try session.value.receive(body)
                        return true
                    } catch {
                        session.value.end(error)
                        return false
                    }
                },
                ended: { session.value.end(ConnectionFault($0)) })
        } catch {
            throw .notReachable(path: path, errno: error.errno)
        }
        if let daemonUID {
            do throws(ConnectionFault) {
                try await channel.mustBelong(to: daemonUID, path)
            } catch {
                channel.close()
                throw error
            }
        }
        return ConductorClient(
            channel: channel, eventLoop: eventLoop, session: session, orders: orders,
            patience: replyTimeout.map { Patience(limit: $0, path: path) })
    }

    deinit {
        channel.close()
    }

    /// Ends the connection; calls that wait throw `ConnectionFault.closed`.
    public func close() {
        eventLoop.execute { [session, channel] in
            session.value.end(.closed)
            channel.close()
        }
    }

    /// Calls a method and waits for its reply.
    ///
    ///     let agents = try await client.call(AgentListMethod.self, AgentQuery(agentType: .review)).agents
    @discardableResult
    public func call<M: RemoteMethod>(_ method: M.Type, _ params: M.Params) async throws -> M.Reply {
        try await answer(to: method, params).reply
    }

    /// Calls a method that takes nothing.
    @discardableResult
    public func call<M: RemoteMethod>(_ method: M.Type) async throws -> M.Reply where M.Params == NoParams {
        try await call(method, NoParams())
    }

    /// The same with the whole answer, for who passes it on.
    public func answer<M: RemoteMethod>(to method: M.Type, _ params: M.Params) async throws -> Answer<M.Reply> {
        let id = nextID()
        return try Answer(try await exchange(id, Message.request(method, params, id: .integer(id))) { .reply($0) })
    }

    /// Asks, and waits for the `result` of the reply as the daemon wrote it.
    @discardableResult
    public func call(_ request: Request) async throws -> JSONValue {
        let id = nextID()
        return try await exchange(id, Message.request(request, id: .integer(id))) { .reply($0) }
    }

    /// Asks for a method by its name, for what has no type here.
    @discardableResult
    public func call(method: String, params: JSONText = .emptyObject) async throws -> JSONValue {
        let id = nextID()
        return try await exchange(id, Message.request(method: method, params: params, id: .integer(id))) { .reply($0) }
    }

    /// Says something of an attempt, without an answer; returns when the kernel has taken it.
    public func report(_ report: AttemptReport) async throws {
        try await exchange(nextID(), Message.report(report)) { .sent($0) }
    }

    /// Subscribes to events. Its events end with the connection, or with `ConnectionFault.overrun` where they are
    /// not taken as fast as they come.
    public func subscribe(_ filter: EventFilter = EventFilter()) async throws -> Subscription {
        let (events, input) = ClientSession.Events.makeStream(maximumCount: ClientSession.waitingNotifications)
        let id = nextID()
        let frame = Message.request(EventSubscribeMethod.self, filter, id: .integer(id))
        let reply = try await exchange(id, frame) { .subscription($0, input) }
        let subscription = Subscription(reply, events: events)
        // Holds the client too: the connection lives as long as the events are taken.
        input.onTermination { [id = subscription.id] in self.unsubscribe(id) }
        return subscription
    }

    /// Listens on a channel of the bus. Its messages end with the connection, or with `ConnectionFault.overrun` where
    /// they are not taken as fast as they come. One task may iterate over them; when it stops, the listening ends.
    public func messages(on channel: String) async throws -> AsyncThrowingStream<BusMessage, any Error> {
        let (messages, input) = ClientSession.Messages.makeStream(maximumCount: ClientSession.waitingNotifications)
        let id = nextID()
        // Holds the client too: the connection lives as long as the messages are taken.
        input.onTermination { self.leave(channel, id) }
        let frame = Message.request(BusSubscribeMethod.self, channel, id: .integer(id))
        _ = try await exchange(id, frame) { .listener($0, channel: channel, input) }
        return messages
    }

    private func leave(_ channel: String, _ listener: Int64) {
        let frame = Message.request(BusUnsubscribeMethod.self, channel, id: .integer(nextID()))
        eventLoop.execute { [session, connection = self.channel] in
            if session.value.leave(channel, listener) { connection.send(frame) }
        }
    }

    private func unsubscribe(_ subscription: String) {
        let frame = Message.request(EventUnsubscribeMethod.self, subscription, id: .integer(nextID()))
        eventLoop.execute { [session, channel] in
            if session.value.unsubscribe(subscription) { channel.send(frame) }
        }
    }

    private func nextID() -> Int64 {
        lastID.add(1, ordering: .relaxed).newValue
    }

    private func exchange<Received: Sendable>(
        _ id: Int64, _ frame: [UInt8],
        waiter: @escaping @Sendable (CheckedContinuation<Received, any Error>) -> ClientSession.Waiter
    ) async throws -> Received {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                eventLoop.execute { [self] in
                    guard session.value.begin(id, waiter(continuation)) else { return }
                    channel.send(frame).whenSuccess { [session] in session.value.sent(id) }
                    // From here on: on a busy machine a limit that began earlier could end before there is a waiter.
                    if let patience { withdraw(id, after: patience) }
                }
                // A cancellation that came earlier found nothing to withdraw.
                if Task.isCancelled { withdraw(id) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    private func withdraw(_ id: Int64, after patience: Patience) {
        eventLoop.scheduleTask(in: TimeAmount(patience.limit)) { [session] in
            session.value.withdraw(id, ConnectionFault.silent(path: patience.path, after: patience.limit))
        }
    }

    private func withdraw(_ id: Int64) {
        eventLoop.execute { [session] in session.value.withdraw(id) }
    }
}

extension ClientChannel {
    fileprivate func mustBelong(to uid: UInt32, _ path: String) async throws(ConnectionFault) {
        guard let listener = await listener() else { throw .lost(errno: nil) }
        guard listener.uid == uid else { throw .foreign(path: path, uid: listener.uid, demanded: uid) }
    }
}

extension ConnectionFault {
    init(_ ending: ClientChannel.Ending) {
        switch ending {
        case .endOfStream: self = .lost(errno: nil)
        case .failed(let errno): self = .lost(errno: errno)
        case .badFrame(let fault): self = .malformed(reason: "\(fault)")
        }
    }
}
