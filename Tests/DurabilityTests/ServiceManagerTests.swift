import ConductorClient
import ConductorModel
import ConductorTestSupport
import Foundation
import Testing

@Suite("A service manager that does not listen")
struct ServiceManagerTests {
    @Test("holds up nobody: the daemon goes on answering, and stops when it is told to", .timeLimit(.minutes(2)))
    func deafManager() async throws {
        let folder = try TemporaryFolder()
        let manager = try ReadinessSocket(path: folder.file("notify.sock"))
        let conductord = try ChildProcess(
            Binaries.conductord, ["--socket", folder.file("c.sock"), "--state-dir", folder.file("state")],
            environment: ["NOTIFY_SOCKET": manager.path], whenEnded: { manager.giveUp() })
        try #require(await manager.waitUntilReady())
        manager.fill()
        // It has something to say of each of these, and at last that it stops.
        let client = try await ConductorClient.connect(socket: folder.file("c.sock"))
        conductord.signal(SIGHUP)
        _ = try await client.dispatchDetached(TaskDefinition(name: "t", assignedTo: .coding), whenBusy: .queue)
        try await client.ping()
        conductord.signal(SIGTERM)
        #expect(await conductord.exit == ChildProcess.Exit(status: 0))
    }
}
