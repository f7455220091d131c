import ConductorWebPages
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers browsers on a socket, within limits.
package struct WebServer: Sendable {
    private let channel: any Channel
    private let site: NIOLoopBound<WebSite>
    private let clock: RepeatedTask

    /// Takes over a listening socket; it is closed when this fails.
    /// - Parameter pages: Makes what the daemon is asked for: overview, agents and reports.
    package static func start(
        on descriptor: CInt, door: WebDoor, limits: WebLimits = WebLimits(),
        pages: @escaping @Sendable (WebPath) async throws -> WebAnswer
    ) async throws -> WebServer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let site = try await loop.submit {
            let site = WebSite(limits, door: door) { path in loop.makeFutureWithTask { try await pages(path) } }
            return NIOLoopBound(site, eventLoop: loop)
        }.get()
        let channel = try await bootstrap(site, on: loop).withBoundSocket(descriptor).get()
        let clock = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in site.value.tick() }
        return WebServer(channel: channel, site: site, clock: clock)
    }

    private static func bootstrap(_ site: NIOLoopBound<WebSite>, on loop: any EventLoop) -> ServerBootstrap {
        ServerBootstrap(group: loop)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectionBound(site.value))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, site.value) }
            }
    }

    static func prepare(_ channel: any Channel, _ site: WebSite) throws {
        try channel.pipeline.syncOperations.addHandlers(
            HeadBound(site.limits), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
            HTTPResponseEncoder(), WebConnection(site))
    }

    /// Open pages are told within a second, however much changes.
    package func noteChange() async throws {
        try await site.eventLoop.submit { [site] in site.value.noteChange() }.get()
    }

    /// Accepts nothing more, and lets answers that are under way leave.
    package func stop() async throws {
        clock.cancel()
        try? await channel.close()
        let loop = site.eventLoop
        try await loop.flatSubmit { [site] in
            let stopped = loop.makePromise(of: Void.self)
            let timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(site.value.limits.stopping)) {
                site.value.closeAll()
            }
            site.value.stop {
                timer.cancel()
                stopped.succeed()
            }
            return stopped.futureResult
        }.get()
    }
}
