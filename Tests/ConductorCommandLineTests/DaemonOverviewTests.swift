import ConductorClient
import ConductorCommandLine
import ConductorFakeDaemon
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The status of the daemon")
struct DaemonOverviewTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    static func status(
        fault: String? = nil, _ change: (inout StatusCounts) -> Void = { _ in }
    ) -> StatusReport {
        var counts = StatusCounts()
        change(&counts)
        let process = StatusReport.Process(
            version: "1.2", pid: 7, uptime: .seconds(3 * 86_400), startedAt: Self.now, storePath: "/s",
            storeBytes: 2048, storeFault: fault, connections: 1)
        return StatusReport(process: process, counts: counts)
    }

    @Test("is short where nothing needs a decision")
    func calm() {
        let lines = DaemonOverview(Self.status(), socket: "/sock").lines(on: .plain, at: Self.now)
        #expect(
            lines == [
                "conductord 1.2 - up 3d - pid 7 - /sock - store /s, 2.0 KiB",
                "FLEET  0 agents - 0 idle - 0 running 0/0",
                "WORK   0 workflows running - 0 tasks running - 0 queued - 1 connection",
            ])
    }

    @Test("tells a store that takes nothing, and asks for no list, which would wait for it")
    func fault() async throws {
        let daemon = try await FakeDaemon.start()
        var overview = DaemonOverview(Self.status(fault: "the disk is full"), socket: "/sock")
        await overview.complete(try await ConductorClient.connect(socket: daemon.path))
        let text = overview.lines(on: .plain, at: Self.now).joined(separator: "\n")
        #expect(text.contains("! storage: new work is refused: the disk is full"), "\(text)")
        #expect(text.contains("df -h"), "\(text)")
    }

    @Test("says what needs a decision, and the command for it")
    func needs() async throws {
        let daemon = try await FakeDaemon.start()
        var record = WorkflowRecord(
            workflowID: try #require(WorkflowID("w")), definition: WorkflowDefinition(name: "release"),
            inputs: .emptyObject, ownerUID: 0, startedAt: Self.now)
        record.number = 41
        record.currentPhase = .development
        record.stage = .held(phase: 0, last: 2)
        let breaker = Breaker(
            agentID: try #require(AgentID("tester")), state: .open(at: Self.now + .seconds(-41), failures: 5))
        let replies: [Reply] = [
            .workflows([record], nextCursor: nil), .breakers([breaker]), .agents([], nextAfter: nil),
        ]
        async let served: Void = {
            let conversation = try await daemon.accept()
            for reply in replies {
                try await conversation.reply(reply, to: try await conversation.nextRequest().id)
            }
        }()
        var overview = DaemonOverview(Self.status { $0.deadLetters = 2 }, socket: "/sock")
        let client = try await ConductorClient.connect(socket: daemon.path)
        await overview.complete(client)
        try await served
        let text = overview.lines(on: .plain, at: Self.now).joined(separator: "\n")
        for words in [
            "HELD release#41 held after development", "conductorctl approve w | conductorctl retry w",
            "tester: breaker open for 41s, no tasks for now (5 consecutive errors)", "breakers reset tester",
            "2 dead letters", "conductorctl dead-letters",
        ] {
            #expect(text.contains(words), "\(text)")
        }
    }
}
