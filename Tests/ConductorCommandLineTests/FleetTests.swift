import ConductorAgent
import ConductorCommandLine
import ConductorFakeDaemon
import ConductorModel
import ConductorProtocol
import Testing

@Suite("A supervised fleet", .timeLimit(.minutes(5)))
struct FleetTests {
    private let daemon: FakeDaemon
    private let file: FleetFile

    init() async throws {
        daemon = try await FakeDaemon.start()
        let registration = AgentRegistration(agentID: try #require(AgentID("a")), agentType: .coding)
        file = FleetFile(members: [
            FleetFile.Member(registration: registration, command: ["cat"], workingDirectory: nil, environment: [:])
        ])
    }

    private func refuse() async throws {
        let conversation = try await daemon.accept()
        let (id, _) = try await conversation.nextRequest()
        try await conversation.refuse(Refusal(.permissionDenied, "no"), to: id)
    }

    @Test("starts an agent that fails again, each time after a longer while")
    func restarts() async throws {
        let (pauses, pause) = AsyncStream<Duration>.makeStream()
        let fleet = try Fleet(
            file, host: CommandHost(socket: daemon.path), whenFailing: .restart, sleep: { pause.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fleet.serve() }
            var waits = pauses.makeAsyncIterator()
            var last = Duration.zero
            for _ in 1...3 {
                try await refuse()
                let next = try #require(await waits.next())
                #expect(next > last)
                last = next
            }
            // The second does not wait for a daemon that says nothing.
            fleet.stop(.cancelling)
            fleet.stop(.cancelling)
        }
    }

    @Test("is stopped at once while an agent waits for its next try")
    func stopsWhileWaiting() async throws {
        let (waits, waiting) = AsyncStream<Void>.makeStream()
        let fleet = try Fleet(
            file, host: CommandHost(socket: daemon.path), whenFailing: .restart,
            sleep: { _ in
                waiting.yield()
                // Until the stop ends it.
                try await Task.sleep(for: .seconds(3600))
            })
        async let served: Void = fleet.serve()
        try await refuse()
        for await _ in waits { break }
        fleet.stop(.finishing)
        try await served
    }

    @Test("ends with an agent that is refused where it is not to be started again")
    func ends() async throws {
        let fleet = try Fleet(file, host: CommandHost(socket: daemon.path))
        async let refused: Void = refuse()
        await #expect(throws: Refusal.self) { try await fleet.serve() }
        try await refused
    }
}
