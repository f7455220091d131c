import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// What every coordinator does with agents: lifecycle, registration, queries.
package enum CoordinatorSpecification {
    // MARK: Lifecycle

    package static func start(_ coordinator: some Coordinator) async throws {
        let status = try await coordinator.ask(.statusGet)
        #expect(status.integer(at: "protocol") == 1)
        #expect(status.integer(at: "tasks", "pending") == 0)
        #expect(try await coordinator.agents() == [])
        #expect(try await coordinator.events().isEmpty)
    }

    package static func stopClearsAgents(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        try await coordinator.serve("watcher", .monitor)
        try await coordinator.restart(.stopped)
        #expect(try await coordinator.agents() == [])
        let last = try #require(await coordinator.events().last)
        #expect(last.kind == .agentUnregistered)
        #expect(try last.data.parsed().string(at: "status") == "cancelled")
    }

    // MARK: Registration

    package static func register(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        let agent = try await coordinator.agent("coder")
        #expect(agent.string(at: "agent_type") == "coding")
        #expect(agent.string(at: "status") == "idle")
        #expect(agent.integer(at: "capacity") == 1)
        #expect(try await coordinator.events().map(\.kind) == [.agentRegistered])
    }

    package static func duplicateRefused(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        let again = AgentRegistration(agentID: id("coder"), agentType: .review)
        #expect(try await coordinator.refusal(of: .agentRegister(again)).code == .agentAlreadyRegistered)
        #expect(try await coordinator.agent("coder").string(at: "agent_type") == "coding")
    }

    package static func statePersisted(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve(id("coder"), .coding, capacity: 3) { _ in .completed }
        _ = try await coordinator.dispatch(task("work", .coding))
        try await coordinator.restart(.killed)
        let agent = try await coordinator.agent("coder")
        #expect(agent.string(at: "status") == "waiting")
        #expect(agent.integer(at: "capacity") == 3)
        #expect(agent.integer(at: "completed_count") == 1)
    }

    package static func severalAgents(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("first", .coding)
        try await coordinator.serve("second", .coding)
        try await coordinator.serve("third", .test)
        #expect(try await coordinator.agents() == ["first", "second", "third"])
        #expect(try await coordinator.ask(.agentList(AgentQuery())).integer(at: "count") == 3)
    }

    package static func unregister(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        #expect(try await coordinator.ask(.agentUnregister(id("coder"))).member("unregistered").bool == true)
        #expect(try await coordinator.agent("coder").kind == .null)
        #expect(try await coordinator.agents() == [])
    }

    package static func unregisterUnknown(_ coordinator: some Coordinator) async throws {
        #expect(try await coordinator.ask(.agentUnregister(id("nobody"))).member("unregistered").bool == false)
        #expect(try await coordinator.events().isEmpty)
    }

    // MARK: Queries

    package static func findByID(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        #expect(try await coordinator.agent("coder").string(at: "agent_id") == "coder")
        #expect(try await coordinator.agent("nobody").kind == .null)
    }

    package static func findByType(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        try await coordinator.serve("reviewer", .review)
        #expect(try await coordinator.agents(AgentQuery(agentType: .review)) == ["reviewer"])
        #expect(try await coordinator.agents(AgentQuery(agentType: .monitor)) == [])
    }

    package static func findAvailable(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("free", .coding)
        try await coordinator.serve("held", .coding)
        _ = try await coordinator.ask(.agentPause(id("held")))
        #expect(try await coordinator.agents(AgentQuery(available: true)) == ["free"])
        #expect(try await coordinator.agents(AgentQuery(available: false)) == ["held"])
        #expect(try await coordinator.agents(AgentQuery(agentType: .test, available: true)) == [])
    }

    package static func findAll(_ coordinator: some Coordinator) async throws {
        for type in AgentType.allCases { try await coordinator.serve("a-\(type.rawValue)", type) }
        #expect(try await coordinator.agents() == AgentType.allCases.map { "a-\($0.rawValue)" }.sorted())
    }
}
