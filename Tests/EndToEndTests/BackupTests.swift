import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTestSupport
import Foundation
import Testing

@Suite("The daemon's store")
struct BackupTests {
    private typealias Ended = (exit: ChildProcess.Exit, output: String, errors: String)

    private func conductord(_ arguments: String..., on daemon: DaemonProcess) async throws -> Ended {
        try await ChildProcess(
            Binaries.conductord, ["--state-dir", daemon.stateFolder, "--socket", daemon.socket] + arguments
        ).finish()
    }

    @Test("is copied while it is in use, and a daemon starts from the copy with what it held")
    func backup() async throws {
        let daemon = try await DaemonProcess()
        let client = try await daemon.connect()
        let agent = try await TestAgent("coder", .coding, on: daemon)
        let id = try await client.dispatchDetached(TaskDefinition(name: "before", assignedTo: .coding))
        try await agent.complete(try await agent.nextAssignment())
        let copy = try await ChildProcess(
            Binaries.conductorctl, ["backup", "--socket", daemon.socket]
        ).finish()
        let file = copy.output.trimmingCharacters(in: .newlines)
        #expect(copy.exit.status == 0 && file.hasPrefix(daemon.stateFolder + "/backups/conductor-"))
        let later = try await client.dispatchDetached(TaskDefinition(name: "after", assignedTo: .coding))
        let busy = try await conductord("--restore", file, "--verify", on: daemon)
        #expect(busy.exit.status == 1 && busy.errors.contains("another conductord uses this state folder"))
        await daemon.stop()

        let restored = try await conductord("--restore", file, "--verify", on: daemon)
        #expect(restored.exit.status == 0)
        #expect(restored.output.contains("restored from \(file); what was there is in \(daemon.stateFolder)/replaced-"))
        #expect(restored.output.contains("valid (1 tasks, "))
        let next = try await DaemonProcess(in: daemon.folder)
        let clientAgain = try await next.connect()
        #expect(try await clientAgain.task(TaskKey(taskID: id)).status == .completed)
        await #expect { try await clientAgain.task(TaskKey(taskID: later)) } throws: {
            ($0 as? Refusal)?.code == .notFound
        }
    }

    @Test("that is damaged is told by --verify, refused at a start, and replaced by --restore")
    func damage() async throws {
        let daemon = try await DaemonProcess()
        let client = try await daemon.connect()
        let backup = try await client.backup()
        _ = try await client.register(.maxConcurrentTasks(limit: 7))
        await daemon.stop()
        let path = daemon.stateFolder + "/conductor.db"
        var bytes = try Data(contentsOf: URL(filePath: path))
        let place = try #require(bytes.range(of: Data(#""max_tasks":7"#.utf8)))
        bytes[place.upperBound - 1] = UInt8(ascii: "8")
        try bytes.write(to: URL(filePath: path))

        let verified = try await conductord("--verify", on: daemon)
        #expect(verified.exit.status == 65)
        #expect(verified.output.contains("of policies: is not as it was written"))
        let start = try await conductord(on: daemon)
        #expect(start.exit.status == 65)
        #expect(start.errors.contains("of policies: is not as it was written; conductord --verify reports all"))
        let next = try await DaemonProcess(in: daemon.folder, arguments: ["--restore", backup.file])
        #expect(try await next.connect().policies().isEmpty)
    }

    @Test("that another user could write is refused at a start, and so is a link as a backup")
    func strangers() async throws {
        let daemon = try await DaemonProcess()
        await daemon.stop()
        let file = daemon.stateFolder + "/conductor.db"
        chmod(file, 0o666)
        let writable = try await conductord(on: daemon)
        #expect(writable.exit.status == 1 && writable.errors.contains("\(file): can be written to by other users"))
        chmod(file, 0o600)
        let link = daemon.folder.file("link.db")
        symlink(file, link)
        let linked = try await conductord("--restore", link, on: daemon)
        #expect(linked.exit.status == 1 && linked.errors.contains("\(link): is a symbolic link"))
        let next = try await DaemonProcess(in: daemon.folder)
        #expect(await next.stop().status == 0)
    }

    @Test("cannot be copied where it is in memory only")
    func ephemeral() async throws {
        let daemon = try await DaemonProcess(arguments: ["--ephemeral"])
        await #expect { try await daemon.connect().backup() } throws: { ($0 as? Refusal)?.code == .conflict }
    }
}
