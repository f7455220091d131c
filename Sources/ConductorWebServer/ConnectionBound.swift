import NIOCore

/// Closes connections that are one too many as they come.
final class ConnectionBound: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let site: WebSite

    init(_ site: WebSite) {
        self.site = site
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard site.hasRoom else { return unwrapInboundIn(data).close(promise: nil) }
        context.fireChannelRead(data)
    }
}
