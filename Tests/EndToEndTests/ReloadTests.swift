import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("The daemon's configuration")
struct ReloadTests {
    private struct Configured {
        let daemon: DaemonProcess
        let path: String

        init(_ yaml: String) async throws {
            let folder = try TemporaryFolder()
            path = folder.file("conductor.yaml")
            try yaml.write(toFile: path, atomically: true, encoding: .utf8)
            daemon = try await DaemonProcess(in: folder, arguments: ["--config", path])
        }

        /// Writes the file anew, and sends SIGHUP.
        func reload(_ yaml: String) throws {
            try yaml.write(toFile: path, atomically: true, encoding: .utf8)
            daemon.child.signal(SIGHUP)
        }

        /// The lease that an agent is told.
        func lease(of agent: String) async throws -> Duration {
            let client = try await daemon.connect()
            let id = try AgentID(json: agent.jsonText.parsed())
            return try await client.register(AgentRegistration(agentID: id, agentType: .coding)).lease
        }
    }

    @Test("is read again at SIGHUP: what changed is told, and so is what takes a restart")
    func reload() async throws {
        let configured = try await Configured("lease_seconds: 20\n")
        #expect(try await configured.lease(of: "a") == .seconds(20))
        try configured.reload("lease_seconds: 5\nlog_level: notice\n")
        #expect(await configured.daemon.child.complains("lease_seconds is now 5; it was 20."))
        #expect(await configured.daemon.child.complains("log_level is now notice; it was info."))
        #expect(try await configured.lease(of: "b") == .seconds(5))
        #expect(await configured.daemon.stop().status == 0)
    }

    @Test("that is wrong at SIGHUP is told whole, and changes nothing")
    func wrong() async throws {
        let configured = try await Configured("lease_seconds: 20\n")
        try configured.reload("lease_seconds: 5\ngrace_seconds: soon\nlimits:\n  max_agent: 1\n")
        #expect(await configured.daemon.child.complains("The new configuration is invalid; the old one stays"))
        let told = configured.daemon.child.errorOutput
        #expect(told.contains("\(configured.path):2:16: grace_seconds: must be from 0 to 86400 seconds"))
        #expect(told.contains("\(configured.path):4:3: limits.max_agent: unknown key"))
        #expect(try await configured.lease(of: "a") == .seconds(20))
        try configured.reload("lease_seconds: 6\n")
        #expect(await configured.daemon.child.complains("lease_seconds is now 6; it was 20."))
        #expect(try await configured.lease(of: "b") == .seconds(6))
    }

    @Test("is told to the service manager while it is read")
    func serviceManager() async throws {
        let folder = try TemporaryFolder()
        let manager = try ReadinessSocket(path: folder.file("notify"))
        let path = folder.file("conductor.yaml")
        try "lease_seconds: 20\n".write(toFile: path, atomically: true, encoding: .utf8)
        let daemon = try ChildProcess(
            Binaries.conductord, ["--ephemeral", "--socket", folder.file("s"), "--config", path],
            environment: ["NOTIFY_SOCKET": manager.path], whenEnded: { manager.giveUp() })
        #expect(await manager.waitUntilReady())
        for yaml in ["lease_seconds: 5\n", "lease_seconds: wrong\n"] {
            try yaml.write(toFile: path, atomically: true, encoding: .utf8)
            daemon.signal(SIGHUP)
            #expect(await manager.hears("RELOADING=1", "MONOTONIC_USEC="))
            #expect(await manager.waitUntilReady())
        }
        daemon.signal(SIGTERM)
        #expect(await daemon.exit.status == 0)
    }

    @Test("is checked without a daemon: what is wrong is printed, all of it")
    func check() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("c.yaml")
        try "lese_seconds: 3\nretry:\n  max_retries: 21\n".write(toFile: path, atomically: true, encoding: .utf8)
        let wrong = try await ChildProcess(Binaries.conductord, ["--check-config", "--config", path]).finish()
        #expect(wrong.exit.status == 78)
        #expect(
            wrong.output == """
                \(path):1:1: lese_seconds: unknown key "lese_seconds"; did you mean "lease_seconds"?
                \(path):3:16: retry.max_retries: must be a whole number from 0 to 20, not "21"

                """)
        let start = try await ChildProcess(Binaries.conductord, ["--config", path]).finish()
        #expect(start.exit.status == 78)
        #expect(start.errors.contains("\(path):3:16: retry.max_retries: must be"))
    }

    @Test("has an example that is right")
    func example() async throws {
        let path = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../../systemd/conductor.yaml").standardized.path
        let check = try await ChildProcess(Binaries.conductord, ["--check-config", "--config", path]).finish()
        #expect(check.exit.status == 0)
        #expect(check.output == "\(path): valid\n")
    }
}
