#if Bridge
import ConductorBridge
import ConductorTestSupport
import Foundation
import Synchronization
import Testing

@testable import ConductorNATS

/// A nats-server on a port of its own.
final class NATSServer: Sendable {
    private static let path: String? = {
        let places: [String] = ["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
    static var isInstalled: Bool { path != nil }

    private let port: Int
    private let process: Mutex<ChildProcess>

    init() async throws {
        let path = try #require(Self.path)
        // The server says which port it has.
        let child = try ChildProcess(path, ["--addr", "127.0.0.1", "--port", "-1"])
        guard await child.complains("Server is ready") else { throw NotReady() }
        let line = child.errorOutput.split(separator: "\n").first { $0.contains("client connections on 127.0.0.1:") }
        port = try #require(line.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) })
        process = Mutex(child)
    }

    struct NotReady: Error {}

    func kill() async {
        let child = process.withLock { $0 }
        child.signal(SIGKILL)
        _ = await child.exit
    }

    func restart() async {
        await kill()
        guard let path = Self.path,
            let new = try? ChildProcess(path, ["--addr", "127.0.0.1", "--port", "\(port)"])
        else {
            Issue.record("nats-server does not start")
            return
        }
        process.withLock { $0 = new }
        #expect(await new.complains("Server is ready"))
    }

    func network(_ host: String) async throws -> NATSNetwork {
        var options = NATSOptions(host: try #require(HostName(host)), servers: ["nats://127.0.0.1:\(port)"])
        options.reconnectWait = .milliseconds(50)
        return try await NATSNetwork.connect(options) { _ in }
    }
}
#endif
