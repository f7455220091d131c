import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation
import Testing

@Suite("File descriptors")
struct DescriptorTests {
    /// How many the daemon may have open from now on.
    private func limit(_ daemon: DaemonProcess, to count: Int) async throws {
        let command = try ChildProcess("/usr/bin/prlimit", ["--pid", "\(daemon.child.pid)", "--nofile=\(count):"])
        #expect(await command.finish().exit.status == 0)
    }

    /// Waits for half a second, by the daemon's clock.
    /// - Returns: the share of it that the daemon was at work.
    private func load(_ daemon: DaemonProcess, _ client: ConductorClient) async throws -> Double {
        func cpuTime() throws -> Duration { try #require(ProcessFigures(of: daemon.child.pid)).cpuTime }
        let start = (cpu: try cpuTime(), clock: ContinuousClock.now)
        let refusal = await #expect(throws: Refusal.self) {
            let question = BusMessage(.control, from: "test")
            _ = try await client.request(question, on: "nobody", timeout: .milliseconds(500))
        }
        #expect(refusal?.code == .timeout)
        return (try cpuTime() - start.cpu) / (ContinuousClock.now - start.clock)
    }

    @Test("that run out do not keep the daemon busy, nor those who are connected waiting, and it recovers")
    func exhausted() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        let client = try await daemon.connect()
        let open = try #require(ProcessFigures(of: daemon.child.pid)).descriptors
        try await limit(daemon, to: open + 4)
        var others = (0..<20).compactMap { _ in try? RawConnection(daemon.socket) }
        #expect(try await load(daemon, client) < 0.5)
        try await client.ping()
        let last = try #require(others.last)
        others = []
        last.send(frame: #"{"jsonrpc":"2.0","id":7,"method":"ping"}"#)
        #expect(await last.receive() == #"{"jsonrpc":"2.0","id":7,"result":{}}"#)
    }
}
