import ConductorTestSupport
import ConductorWebPages
import Foundation
import Testing

@testable import ConductorWebServer

@Suite("The server of conductor-web, on real sockets", .timeLimit(.minutes(2)))
struct ServerTests {
    private static func start(_ limits: WebLimits = WebLimits()) async throws -> (server: WebServer, port: UInt16) {
        let socket = try LoopbackSocket(port: 0)
        let server = try await WebServer.start(on: socket.descriptor, door: .open, limits: limits) { _ in .page("<p>") }
        return (server, socket.port)
    }

    /// A connection that blocks for at most ten seconds.
    private final class Browser {
        private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

        init(_ port: UInt16) throws {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            address.sin_port = port.bigEndian
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard connected == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            var limit = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit { close(descriptor) }

        /// The first piece of the answer; empty where the connection was closed without one.
        func ask(_ path: String) -> String {
            let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
            _ = request.withCString { send(descriptor, $0, request.utf8.count, Int32(MSG_NOSIGNAL)) }
            return read()
        }

        func read() -> String {
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test("serves as many connections as it may, and closes the next one")
    func connections() async throws {
        var limits = WebLimits()
        limits.connections = 3
        let (server, port) = try await Self.start(limits)
        var browsers = try (0..<3).map { _ in try Browser(port) }
        for browser in browsers { #expect(browser.ask("/x").hasPrefix("HTTP/1.1 404 ")) }
        let further = try Browser(port)
        #expect(further.ask("/x") == "")
        #expect(browsers[0].ask("/x").hasPrefix("HTTP/1.1 404 "))
        browsers.removeAll()
        // The server sees that they have gone a little later.
        while try !Browser(port).ask("/x").hasPrefix("HTTP/1.1 404 ") { await Task.yield() }
        try await server.stop()
    }

    @Test("ends what it tells of changes where it stops, and is not there any more")
    func stop() async throws {
        let (server, port) = try await Self.start()
        let reader = try Browser(port)
        #expect(reader.ask("/events").hasPrefix("HTTP/1.1 200 "))
        try await server.noteChange()
        var events = ""
        while !events.contains("event: changed") { events += reader.read() }
        try await server.stop()
        while case let rest = reader.read(), !rest.isEmpty { events += rest }
        #expect(events.hasSuffix("0\r\n\r\n"))
        #expect(throws: POSIXError.self) { try Browser(port) }
    }
}
