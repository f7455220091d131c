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

    private struct Opened {
        let context: ChannelHandlerContext
        let session: any ServerSession
    }

    private enum State {
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
    private enum Backlog {
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

    /// How long a peer has to read the last bytes before the connection is closed over them.
    static let closingPatience = TimeAmount.seconds(2)

    /// A smaller change of what waits is not entered in the user's account. Bytes.
    private static let accountingGrain = 16 << 10

    public let peer: PeerCredentials
    /// What this connection is held to, from its first byte to its last.
    public let limits: Limits
    private let sessions: any ServerSessionFactory
    private var state = State.unopened
    private var connection: ServerConnection
    private var backlog = Backlog.none
    private var outbox = ServerChannelOutbox()
    /// Bytes that the user's account has for this connection.
    private var accountedBytes = 0
    private var frameTimer: Scheduled<Void>?
    private let stallTimer = StallTimer()
    private var isFlushScheduled = false
    /// The channel asked to read while the peer did not.
    private var isReadHeldBack = false

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
    public func answer(_ id: RequestID, _ answer: Result<Reply, Refusal>) {
        enqueue { frames in
            switch answer {
            case .success(let reply): frames.reply(reply, id: id, atMost: limits.maxFrameBytes)
            case .failure(let refusal): frames.refusal(refusal, id: id)
            }
        }
        connection.answered(id)
        closeIfDrained()
    }

    public func send(_ notification: Notification) {
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
        sessions.turns.read()
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
        if outbox.isWritable, case .none = backlog {
            context.read()
        } else {
            isReadHeldBack = true
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

    private func inputClosed() {
        guard case .open(let opened) = state else { return }
        state = .draining(opened)
        frameTimer?.cancel()
        closeIfDrained()
    }

    private func end() {
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

    // MARK: Reading

    /// Handles what has come, as far as this turn goes.
    /// - Returns: whether a frame was handled.
    private func handleFrames(_ opened: Opened) -> Bool {
        guard case .none = backlog else { return false }
        var hasHandled = false
        while case .open = state, connection.hasNext {
            guard sessions.turns.isOpen else {
                backlog = .waiting(.none)
                sessions.turns.append(self, on: opened.context.eventLoop)
                break
            }
            handleFrame(opened)
            hasHandled = true
        }
        return hasHandled
    }

    /// Its turn has come: handles one of the frames that wait.
    /// - Returns: whether there are more.
    func handleNext() -> Bool {
        guard case .waiting(let then) = backlog else { return false }
        if case .open(let opened) = state {
            if connection.hasNext { handleFrame(opened) }
            if case .open = state, connection.hasNext { return true }
        }
        backlog = .none
        _ = account()
        switch then {
        case .none: break
        case .halfClosed: inputClosed()
        case .gone: end()
        }
        if case .open(let opened) = state {
            watchFrame(opened.context, isNew: true)
            if outbox.isWritable { resumeReading(opened.context) }
        }
        return false
    }

    private func handleFrame(_ opened: Opened) {
        let before = connection.bufferedBytes
        let step = connection.next(refusal: opened.session.refusal)
        sessions.turns.spend(before - connection.bufferedBytes, on: opened.context.eventLoop)
        switch step {
        case .wait: break
        case .request(let id, let request): opened.session.received(.request(id, request))
        case .report(let report): opened.session.received(.report(report))
        case .ignore: opened.session.received(.unknown)
        case .answer(let body):
            enqueue { $0.frame(body: body) }
            opened.session.received(.unknown)
        case .answerAndClose(let body):
            enqueue { $0.frame(body: body) }
            finish()
        }
    }

    /// A frame that has begun must end in time.
    private func watchFrame(_ context: ChannelHandlerContext, isNew: Bool) {
        if isNew || !connection.isInsideFrame {
            frameTimer?.cancel()
            frameTimer = nil
        }
        guard case .open = state, case .none = backlog, connection.isInsideFrame, frameTimer == nil else { return }
        let loop = context.eventLoop.assumeIsolated()
        frameTimer = loop.scheduleTask(in: TimeAmount(limits.frameTimeout)) { [self] in
            frameTimer = nil
            if isReadHeldBack {
                watchFrame(context, isNew: true)
            } else {
                context.close(promise: nil)
            }
        }
    }

    // MARK: Writing

    private func enqueue(_ write: (inout FrameWriter) -> Void) {
        switch state {
        case .open(let opened), .draining(let opened):
            outbox.append(write)
            if isQueued(atMost: limits.maxQueuedBytesPerConnection, opened.context), account() == nil {
                scheduleFlush(opened.context)
            } else {
                opened.context.close(promise: nil)
            }
        case .unopened, .closing, .turnedAway, .closed: break
        }
    }

    /// Whether no more than so many bytes wait. What is left with NIO is asked for only where it matters.
    private func isQueued(atMost limit: Int, _ context: ChannelHandlerContext) -> Bool {
        guard outbox.queuedBytes > limit, !context.channel.isWritable else { return outbox.queuedBytes <= limit }
        outbox.fill(leaving: Self.bytesLeft(with: context))
        return outbox.queuedBytes <= limit
    }

    private static func bytesLeft(with context: ChannelHandlerContext) -> Int {
        // A channel that is closed has none.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// At the end of this turn of the loop, or of the read burst if that comes first.
    private func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    private func flush() {
        switch state {
        case .open(let opened), .draining(let opened), .closing(let opened): write(opened.context)
        case .turnedAway(let context): write(context)
        case .unopened, .closed: break
        }
    }

    private func write(_ context: ChannelHandlerContext) {
        guard let buffer = outbox.startWrite() else { return }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        // What has left is no longer the user's: an idle connection holds nothing.
        _ = account()
        if outbox.endWrite() { resume(context) }
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard case .open(let opened) = state else { return }
        resumeReading(context)
        opened.session.becameWritable()
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeldBack, case .none = backlog else { return }
        isReadHeldBack = false
        context.read()
    }

    /// Enters what waits here in the user's account.
    /// - Returns: why there may not be so much; nil where there may.
    private func account() -> Refusal? {
        let bytes =
            outbox.queuedBytes + connection.bufferedBytes + connection.requestsInFlight * Limits.requestBytes
        let growth = bytes - accountedBytes
        guard abs(growth) >= Self.accountingGrain else { return nil }
        accountedBytes = bytes
        return sessions.account(growth, of: peer)
    }

    // MARK: Closing

    private func closeIfDrained() {
        guard case .draining = state, connection.requestsInFlight == 0 else { return }
        finish()
    }

    private func closeWhenFlushed(_ context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        let patience = loop.scheduleTask(in: Self.closingPatience) { context.close(promise: nil) }
        // It ends when all before it have; an empty one does, too.
        let last = outbox.takeGathered() ?? ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(last)).assumeIsolated().whenComplete { _ in
            patience.cancel()
            context.close(promise: nil)
        }
    }
}
