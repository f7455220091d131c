import NIOCore

/// Accepts nothing for a moment where there is no room for one more connection: who connects waits in the socket's
/// queue. Lives on its channel's event loop.
///
/// NIO's `AcceptBackoffHandler` holds back the next read, but a listener whose accepting failed is still registered for
/// the one before, and the loop would try it without end.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let length = TimeAmount.milliseconds(200)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        setAccepting(false, context)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.length) { [self] in setAccepting(true, context) }
    }

    private func setAccepting(_ isAccepting: Bool, _ context: ChannelHandlerContext) {
        // It fails only where the listener is closed.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isAccepting)
    }
}
