import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("The daemon's life")
struct LifecycleTests {
    @Test("SIGTERM ends it with 0, and its socket is gone")
    func stop() async throws {
        let daemon = try await DaemonProcess()
        let exit = await daemon.stop()
        #expect(exit.status == 0 && !exit.wasSignalled)
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
    }

    @Test("SIGTERM ends it while clients are connected, one of them waiting")
    func stopWhileClientsWait() async throws {
        let daemon = try await DaemonProcess()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let client = try await daemon.connect()
        let waiting = Task { try await client.dispatch(TaskDefinition(name: "long", assignedTo: .coding)) }
        _ = try await agent.nextAssignment()
        #expect(await daemon.stop().status == 0)
        await #expect(throws: (any Error).self) { _ = try await waiting.value }
    }

    @Test("of daemons that start at once on one socket, one serves, and the others end with a sentence")
    func together() async throws {
        let folder = try TemporaryFolder()
        let socket = folder.file("run/conductor.sock"), ready = try ReadinessSocket(path: folder.file("notify.sock"))
        let daemons = try (1...3).map { number in
            try ChildProcess(
                Binaries.conductord, ["--socket", socket, "--state-dir", folder.file("state-\(number)")],
                environment: ["NOTIFY_SOCKET": ready.path])
        }
        #expect(await ready.waitUntilReady())
        try await withThrowingTaskGroup(of: (ChildProcess.Exit, String).self) { group in
            for daemon in daemons {
                group.addTask {
                    let (exit, _, errors) = await daemon.finish()
                    return (exit, errors)
                }
            }
            for _ in 1...2 {
                let (exit, errors) = try #require(try await group.next())
                #expect(exit.status == 1 && errors.contains("another daemon is s") && errors.contains(socket))
            }
            try await ConductorClient.connect(socket: socket).ping()
            for daemon in daemons { daemon.signal(SIGTERM) }
            #expect(try await group.next()?.0 == ChildProcess.Exit(status: 0))
        }
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test("a second daemon on the same state folder is refused with a sentence")
    func secondDaemon() async throws {
        let daemon = try await DaemonProcess()
        let second = try ChildProcess(
            Binaries.conductord, ["--socket", daemon.folder.file("other.sock"), "--state-dir", daemon.stateFolder])
        let (exit, _, errors) = await second.finish()
        #expect(exit.status == 1)
        #expect(errors.contains(daemon.stateFolder))
        try await daemon.connect().ping()
    }

    @Test("a live socket is refused, a stale one replaced")
    func sockets() async throws {
        let daemon = try await DaemonProcess()
        let second = try ChildProcess(
            Binaries.conductord, ["--socket", daemon.socket, "--state-dir", daemon.folder.file("other-state")])
        #expect(await second.finish().exit.status == 1)
        try await daemon.connect().ping()

        await daemon.crash()
        #expect(FileManager.default.fileExists(atPath: daemon.socket))
        let next = try await DaemonProcess(in: daemon.folder)
        try await next.connect().ping()
    }

    @Test("a socket that was deleted under it is made anew, and told; who was connected stays so")
    func deletedSocket() async throws {
        let daemon = try await DaemonProcess()
        let client = try await daemon.connect()
        try FileManager.default.removeItem(atPath: daemon.socket)
        #expect(await daemon.child.complains("was deleted under the running daemon, and was created again"))
        try await daemon.connect().ping()
        try await client.ping()
        #expect(await daemon.stop().status == 0)
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
    }

    @Test("nothing is acknowledged once its database was deleted under it: it ends, and says why")
    func deletedState() async throws {
        let daemon = try await DaemonProcess()
        let client = try await daemon.connect()
        try FileManager.default.removeItem(atPath: daemon.stateFolder)
        await #expect(throws: (any Error).self) {
            _ = try await client.register(.maxConcurrentTasks(limit: 7))
        }
        let (exit, _, errors) = await daemon.child.finish()
        #expect(exit.status == 74)
        #expect(errors.contains("was deleted or replaced under the running daemon"))
    }

    @Test("a database that was deleted while nothing happens ends it too")
    func deletedStateOfAnIdleDaemon() async throws {
        let daemon = try await DaemonProcess()
        try FileManager.default.removeItem(atPath: daemon.stateFolder)
        #expect(await daemon.child.exit.status == 74)
    }

    @Test("its state folder is readable for nobody else")
    func stateFolder() async throws {
        let daemon = try await DaemonProcess()
        let attributes = try FileManager.default.attributesOfItem(atPath: daemon.stateFolder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test("SIGTERM has it note how far its clock has come, for the next start")
    func clock() async throws {
        let daemon = try await DaemonProcess()
        let file = daemon.stateFolder + "/conductor.clock"
        let begun = try String(contentsOfFile: file, encoding: .utf8)
        await daemon.stop()
        #expect(try String(contentsOfFile: file, encoding: .utf8) != begun)
    }

    @Test("standard descriptors that were closed are no others' numbers")
    func closedDescriptors() async throws {
        let folder = try TemporaryFolder()
        let arguments = ["--socket", folder.file("s"), "--state-dir", folder.file("state")]
        let script = "exec \"$@\" 0<&- 1>&- 2>&-"
        let ready = try ReadinessSocket(path: folder.file("notify.sock"))
        let daemon = try ChildProcess(
            "/bin/sh", ["-c", script, "sh", Binaries.conductord] + arguments,
            environment: ["NOTIFY_SOCKET": ready.path], whenEnded: { ready.giveUp() })
        #expect(await ready.waitUntilReady())
        let pid = try await ConductorClient.connect(socket: folder.file("s")).status().process.pid
        for descriptor in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(descriptor)")
            #expect(target == "/dev/null")
        }
        daemon.signal(SIGTERM)
        #expect(await daemon.exit.status == 0)
    }

    @Test("an ephemeral daemon leaves no database behind")
    func ephemeral() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        try await daemon.connect().ping()
        await daemon.stop()
        let left = try? FileManager.default.contentsOfDirectory(atPath: daemon.stateFolder)
        #expect(left?.contains { $0.hasSuffix(".db") } != true)
    }

    @Test("--version and a wrong option say what they have to say")
    func commandLine() async throws {
        let version = try await ChildProcess(Binaries.conductord, ["--version"]).finish()
        #expect(version.exit.status == 0)
        #expect(version.output.contains("."))
        let wrong = try await ChildProcess(Binaries.conductord, ["--no-such-option"]).finish()
        #expect(wrong.exit.status != 0)
        #expect(wrong.errors.contains("--no-such-option"))
    }

    @Test("what cannot be written is a failure with words", arguments: ["--version", "--help", "--check-config"])
    func fullDisk(option: String) async throws {
        let script = #""$0" "$@" --config /dev/null >/dev/full"#
        let full = try await ChildProcess(
            "/bin/sh", ["-c", script, Binaries.conductord, option]
        ).finish()
        #expect(full.exit.status == 1)
        #expect(full.errors == "cannot write to standard output: No space left on device\n")
    }
}
