import ConductorModel
import ConductorProtocol
import NIOCore

/// One connection to the daemon: cuts and reads what comes, gathers what is to be sent into one write per burst.
///
/// Lives on its channel's event loop, like all that is called here.
public final class ServerChannel: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias OutboundIn = Never
    public typealias OutboundOut = ByteBuffer

    struct Opened {
        let context: ChannelHandlerContext
        let session: any ServerSession
    }

    enum State {
        case unopened
        case open(Opened)
        /// The peer has shut down its side: it gets the answers that are due, and then the end.
        case draining(Opened)
        /// What is gathered is written, then the connection is closed.
        case closing(Opened)
        /// The same for a connection that no session was opened for.
        case turnedAway(ChannelHandlerContext)
        case closed
    }

    /// Frames that have come and are not handled yet.
    enum Backlog {
        case none
        /// They wait for their turn, and nothing more is read meanwhile. Then:
        case waiting(End)

        enum End {
            case none
            /// The peer has shut down its side.
            case halfClosed
            case gone
        }
    }

    enum Reading {
        /// The channel reads when it asks to.
        case asAsked
        /// It asked to while the peer did not read, or frames waited.
        case heldBack
        /// It asked to while others had their turn.
        case waiting
    }

    /// How long a peer has to read the last bytes before the connection is closed over them.
    static let closingPatience = TimeAmount.seconds(2)

    /// A smaller change of what waits is not entered in the user's account. Bytes.
    static let accountingGrain = 16 << 10

    public let peer: PeerCredentials
    /// What this connection is held to, from its first byte to its last.
    public let limits: Limits
    let sessions: any ServerSessionFactory
    var state = State.unopened
    var connection: ServerConnection
    var backlog = Backlog.none
    var outbox = ServerChannelOutbox()
    /// Bytes that the user's account has for this connection.
    var accountedBytes = 0
    var frameTimer: Scheduled<Void>?
    private let stallTimer = StallTimer()
    var isFlushScheduled = false
    var reading = Reading.asAsked

    public init(peer: PeerCredentials, sessions: any ServerSessionFactory) {
        self.peer = peer
        limits = sessions.limits
        self.sessions = sessions
        connection = ServerConnection(limits: limits)
    }

    // MARK: What the session does

    /// False while the peer reads more slowly than it is sent to, and when it has gone.
    public var isWritable: Bool {
        switch state {
        case .open, .draining: outbox.isWritable
        case .unopened, .closing, .turnedAway, .closed: false
        }
    }

    /// False while so much waits to be read that what is kept nowhere is left out, and when the peer has gone.
    public var hasRoomForLive: Bool {
        switch state {
        case .open(let opened), .draining(let opened):
            isQueued(atMost: min(ServerChannelOutbox.liveRoom, limits.maxQueuedBytesPerConnection / 2), opened.context)
        case .unopened, .closing, .turnedAway, .closed: false
        }
    }

    /// Answers a request; nothing is sent to a connection that has gone.
    /// - Returns: bytes that are sent.
    @discardableResult
    public func answer(_ id: RequestID, _ answer: Result<Reply, Refusal>) -> Int {
        let bytes = enqueue { frames in
            switch answer {
            case .success(let reply): frames.reply(reply, id: id, atMost: limits.maxFrameBytes)
            case .failure(let refusal): frames.refusal(refusal, id: id)
            }
        }
        connection.answered(id)
        closeIfDrained()
        return bytes
    }

    /// - Returns: bytes that are sent.
    @discardableResult
    public func send(_ notification: Notification) -> Int {
        enqueue { $0.notification(notification, atMost: limits.maxFrameBytes) }
    }

    /// Sends what is gathered, and closes the connection.
    public func finish() {
        switch state {
        case .open(let opened), .draining(let opened):
            state = .closing(opened)
            closeWhenFlushed(opened.context)
        case .unopened, .closing, .turnedAway, .closed: break
        }
    }

    // MARK: What the channel tells

    public func channelActive(context: ChannelHandlerContext) {
        do throws(Refusal) {
            state = .open(Opened(context: context, session: try sessions.open(self, peer: peer)))
            sessions.turns.opened(peer.uid)
        } catch {
            state = .turnedAway(context)
            outbox.append { $0.refusal(error, id: nil) }
            closeWhenFlushed(context)
        }
        context.fireChannelActive()
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open(let opened) = state else { return }
        sessions.turns.read(from: peer.uid, on: context.eventLoop)
        unwrapInboundIn(data).withUnsafeReadableBytes { connection.append($0) }
        let hasHandled = handleFrames(opened)
        if let refusal = account() {
            enqueue { $0.refusal(refusal, id: nil) }
            finish()
        }
        watchFrame(context, isNew: hasHandled)
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    public func read(context: ChannelHandlerContext) {
        guard outbox.isWritable, case .none = backlog else { return reading = .heldBack }
        if sessions.turns.mayRead(from: self, on: context.eventLoop) {
            reading = .asAsked
            context.read()
        } else {
            reading = .waiting
        }
    }

    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stallTimer.cancel()
            outbox.drain()
            _ = account()
            flush()
            resume(context)
        } else {
            outbox.fill(leaving: Self.bytesLeft(with: context))
            stallTimer.start(TimeAmount(limits.stallTimeout), on: context.eventLoop) {
                Self.bytesLeft(with: context)
            } stalled: {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            switch backlog {
            case .none: inputClosed()
            case .waiting(.none): backlog = .waiting(.halfClosed)
            case .waiting(.halfClosed), .waiting(.gone): break
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        frameTimer?.cancel()
        stallTimer.cancel()
        switch backlog {
        case .none: end()
        // What it has sent is still handled.
        case .waiting: backlog = .waiting(.gone)
        }
        context.fireChannelInactive()
    }

    func inputClosed() {
        guard case .open(let opened) = state else { return }
        state = .draining(opened)
        frameTimer?.cancel()
        closeIfDrained()
    }

    func end() {
        _ = sessions.account(-accountedBytes, of: peer)
        accountedBytes = 0
        switch state {
        case .open(let opened), .draining(let opened), .closing(let opened):
            state = .closed
            sessions.turns.closed(peer.uid)
            opened.session.closed()
        case .unopened, .turnedAway, .closed: state = .closed
        }
    }
}
