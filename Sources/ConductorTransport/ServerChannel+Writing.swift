import ConductorModel
import ConductorProtocol
import NIOCore

/// What is sent, in one write per burst, and the end of the connection after it.
extension ServerChannel {
    @discardableResult
    func enqueue(_ write: (inout FrameWriter) -> Void) -> Int {
        switch state {
        case .open(let opened), .draining(let opened):
            let bytes = outbox.append(write)
            if isQueued(atMost: limits.maxQueuedBytesPerConnection, opened.context), account() == nil {
                scheduleFlush(opened.context)
            } else {
                opened.context.close(promise: nil)
            }
            return bytes
        case .unopened, .closing, .turnedAway, .closed: return 0
        }
    }

    /// Whether no more than so many bytes wait. What is left with NIO is asked for only where it matters.
    func isQueued(atMost limit: Int, _ context: ChannelHandlerContext) -> Bool {
        guard outbox.queuedBytes > limit, !context.channel.isWritable else { return outbox.queuedBytes <= limit }
        outbox.fill(leaving: Self.bytesLeft(with: context))
        return outbox.queuedBytes <= limit
    }

    static func bytesLeft(with context: ChannelHandlerContext) -> Int {
        // A channel that is closed has none.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// At the end of this turn of the loop, or of the read burst if that comes first.
    func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    func flush() {
        switch state {
        case .open(let opened), .draining(let opened), .closing(let opened): write(opened.context)
        case .turnedAway(let context): write(context)
        case .unopened, .closed: break
        }
    }

    func write(_ context: ChannelHandlerContext) {
        guard let buffer = outbox.startWrite() else { return }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        // What has left is no longer the user's: an idle connection holds nothing.
        _ = account()
        if outbox.endWrite() { resume(context) }
    }

    func resume(_ context: ChannelHandlerContext) {
        guard case .open(let opened) = state else { return }
        resumeReading(context)
        opened.session.becameWritable()
    }

    /// Enters what waits here in the user's account.
    /// - Returns: why there may not be so much; nil where there may.
    func account() -> Refusal? {
        let bytes =
            outbox.queuedBytes + connection.bufferedBytes + connection.requestsInFlight * Limits.requestBytes
        let growth = bytes - accountedBytes
        guard abs(growth) >= Self.accountingGrain else { return nil }
        accountedBytes = bytes
        return sessions.account(growth, of: peer)
    }

    // MARK: Closing

    func closeIfDrained() {
        guard case .draining = state, connection.requestsInFlight == 0 else { return }
        finish()
    }

    func closeWhenFlushed(_ context: ChannelHandlerContext) {
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
