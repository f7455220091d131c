import ConductorWebPages
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import ConductorWebServer

/// A site on an embedded loop, whose time, pages and readers the test moves.
final class SiteHarness {
    let loop = EmbeddedEventLoop()
    let site: WebSite
    private let pages = Pages()

    /// Pages in the making, oldest first.
    private final class Pages: @unchecked Sendable {
        var open: [EventLoopPromise<WebAnswer>] = []
    }

    init(door: WebDoor = .open, _ change: (inout WebLimits) -> Void = { _ in }) {
        var limits = WebLimits()
        change(&limits)
        site = WebSite(limits, door: door) { [loop, pages] _ in
            let promise = loop.makePromise(of: WebAnswer.self)
            pages.open.append(promise)
            return promise.futureResult
        }
    }

    func connect() throws -> Connection {
        let channel = EmbeddedChannel(loop: loop)
        let valve = Valve()
        try channel.pipeline.syncOperations.addHandler(valve)
        try WebServer.prepare(channel, site)
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/peer"), promise: nil)
        return Connection(channel: channel, valve: valve)
    }

    /// The oldest page that is in the making is made.
    func makePage(_ html: String = "<p>page</p>") {
        pages.open.removeFirst().succeed(.page(html))
        loop.run()
    }

    func failPage() {
        pages.open.removeFirst().fail(ChannelError.eof)
        loop.run()
    }

    var pagesInTheMaking: Int { pages.open.count }

    func wait(_ time: Duration) {
        loop.advanceTime(by: TimeAmount(time))
    }

    deinit {
        for page in pages.open { page.fail(ChannelError.eof) }
    }

}

/// The other side of a connection.
final class Connection {
    private let channel: EmbeddedChannel
    private let valve: Valve

    fileprivate init(channel: EmbeddedChannel, valve: Valve) {
        self.channel = channel
        self.valve = valve
    }

    static func get(_ path: String, host: String = "localhost", _ headers: String...) -> String {
        "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    var isOpen: Bool { channel.isActive }

    func send(_ text: String) {
        channel.pipeline.fireChannelRead(ByteBuffer(string: text))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// All that came since the last call.
    func received() throws -> String {
        channel.embeddedEventLoop.run()
        var text = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text
    }

    /// The status of the only answer that came since the last call; nil without one.
    func status() throws -> Int? {
        let line = try received().split(separator: "\r\n").first ?? ""
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    /// Reads nothing from now on.
    func stopReading() { valve.isClosed = true }

    /// Takes the oldest write that waits.
    func takeOne() {
        valve.takeOne()
        channel.embeddedEventLoop.run()
    }

    func close() {
        channel.close(promise: nil)
        channel.embeddedEventLoop.run()
    }
}

/// Holds what is written while it is closed, as a kernel does whose buffer is full.
private final class Valve: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var isClosed = false
    private var held: [(NIOAny, EventLoopPromise<Void>?)] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        for (_, promise) in held { promise?.fail(ChannelError.ioOnClosedChannel) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isClosed else { return context.write(data, promise: promise) }
        held.append((data, promise))
    }

    func takeOne() {
        let (data, promise) = held.removeFirst()
        context?.writeAndFlush(data, promise: promise)
    }
}
