import NIOCore

/// Lets no more of a request through to what reads it than limits allow.
final class HeadBound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Bytes have come; they may be too few for a request.
    struct Received {}

    private enum State {
        case measuring(HeadMeter)
        /// Nothing more is read: too much has come.
        case exceeded
    }

    private var state: State

    init(_ limits: WebLimits) {
        state = .measuring(HeadMeter(limits))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .measuring(var meter) = state else { return }
        do throws(HeadMeter.Excess) {
            try meter.take(unwrapInboundIn(data).readableBytesView)
            state = .measuring(meter)
        } catch {
            state = .exceeded
            return context.fireErrorCaught(error)
        }
        context.fireUserInboundEventTriggered(Received())
        context.fireChannelRead(data)
    }
}
