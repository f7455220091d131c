import ConductorEngine
import ConductorModel
import Testing

@testable import ConductorServer

@Suite("A daemon that takes up a new configuration")
struct ReconfigurationTests {
    @Test("holds new connections to its limits, and those that are open to what they were made with")
    func connectionLimits() throws {
        var limits = Limits()
        limits.maxSubscriptionsPerConnection = 1
        let daemon = try LoopHarness(limits: limits)
        let early = try daemon.connect()
        var configuration = daemon.core.engine.engine.configuration
        configuration.limits.maxSubscriptionsPerConnection = 2
        daemon.core.engine.reconfigure(configuration, access: AccessLists(), groups: .none)
        let late = try daemon.connect()
        #expect(try subscribed(early, on: daemon) == [true, false, false])
        #expect(try subscribed(late, on: daemon) == [true, true, false])
    }

    /// Which of three subscriptions are granted.
    private func subscribed(_ client: Client, on daemon: LoopHarness) throws -> [Bool] {
        try (1...3).map { id in
            try client.send(id, "event.subscribe")
            try daemon.settle()
            return try client.answers().contains { !$0.contains("QUOTA_EXCEEDED") }
        }
    }

    @Test("turns away connections past its number of them")
    func connections() throws {
        let daemon = try LoopHarness()
        let first = try daemon.connect()
        var configuration = daemon.core.engine.engine.configuration
        configuration.limits.maxConnections = 1
        daemon.core.engine.reconfigure(configuration, access: AccessLists(), groups: .none)
        #expect(try daemon.connect().answers().first?.contains("max_connections") == true)
        try first.send(1, "ping")
        try daemon.settle()
        #expect(try first.ids() == [1])
    }
}
