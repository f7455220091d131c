import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// What every coordinator does with a workflow: phases, failures, emptiness, persistence.
package enum WorkflowSpecification {
    // MARK: Phase mapping

    package static func mapping(of phase: Phase, _ types: [String], _ coordinator: some Coordinator) async throws {
        let phases = try await coordinator.ask(.phaseList)
        #expect(try phases.member("phases", phase.rawValue).strings == types)
    }

    // MARK: A single phase

    package static func singlePhase(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { _ in .completed(#"{"lines": 3}"#) }
        let state = try await coordinator.run(
            """
            {'name': 'w', 'phases': ['development'], 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'}]}
            """
        )
        #expect(state.string(at: "status") == "completed")
        #expect(state.string(at: "current_phase") == "development")
        #expect(state.integer(at: "completed_task_count") == 1)
        #expect(state.integer(at: "task_results", "a", "output_data", "lines") == 3)
        #expect(try state.member("error_log").elements.map(\.kind).isEmpty)
    }

    package static func tasksInOrder(_ coordinator: some Coordinator) async throws {
        for type in [AgentType.coding, .review, .test] { try await coordinator.serve("a-\(type.rawValue)", type) }
        let state = try await coordinator.run(
            """
            {'name': 'w', 'phases': ['development'], 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'test'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding'},
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'review'}]}
            """)
        #expect(state.integer(at: "completed_task_count") == 3)
        let events = try await coordinator.events().filter { $0.kind == .taskStarted || $0.kind == .taskCompleted }
        #expect(events.map(\.taskID) == ["a", "a", "b", "b", "c", "c"].map { id($0) })
    }

    // MARK: Several phases

    static let threePhases = """
        {'workflow_id': 'w', 'name': 'w', 'tasks': [
          {'task_id': 'watch', 'name': 'watch', 'assigned_to': 'monitor'},
          {'task_id': 'ship', 'name': 'ship', 'assigned_to': 'deploying'},
          {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding'}]}
        """

    static func serveAllPhases(
        _ coordinator: some Coordinator, work: @escaping @Sendable (TaskAssignment) -> WorkAnswer = { _ in .completed }
    ) async throws {
        try await coordinator.serve("coder", .coding, work: work)
        try await coordinator.serve("shipper", .deploying, work: work)
        try await coordinator.serve("watcher", .monitor, work: work)
    }

    package static func severalPhases(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator)
        let state = try await coordinator.run(threePhases)
        #expect(state.string(at: "status") == "completed")
        #expect(try passages(state) == ["development completed", "devops completed", "monitoring completed"])
        let started = try await coordinator.events().filter { $0.kind == .taskStarted }
        #expect(started.map(\.taskID) == ["write", "ship", "watch"].map { id($0) })
        #expect(started.map(\.phase) == [.development, .devops, .monitoring])
    }

    // MARK: Failures

    package static func failedResultIsNoError(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator) { $0.task.name == "write" ? .failed("BROKEN", "it broke") : .completed }
        let state = try await coordinator.run(threePhases)
        #expect(state.string(at: "status") == "completed")
        #expect(state.string(at: "task_results", "write", "status") == "failed")
        #expect(state.integer(at: "failed_task_count") == 1)
        #expect(state.integer(at: "completed_task_count") == 2)
        #expect(try state.member("error_log").elements.map(\.kind).isEmpty)
    }

    package static func noAgentIsAnError(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        try await coordinator.serve("watcher", .monitor)
        let state = try await coordinator.run(threePhases)
        #expect(state.string(at: "status") == "completed")
        #expect(state.string(at: "task_results", "ship", "status") == "failed")
        #expect(state.string(at: "task_results", "ship", "agent_id") == "coordinator")
        #expect(state.string(at: "task_results", "watch", "status") == "completed")
        let errors = try state.member("error_log").elements.map { $0 }
        #expect(errors.map { $0.string(at: "error_code") } == ["NO_AVAILABLE_AGENT"])
        #expect(errors.first?.string(at: "task_id") == "ship")
        #expect(errors.first?.string(at: "error_type") == "NoAvailableAgent")
    }

    // MARK: Emptiness

    package static func noTasks(_ coordinator: some Coordinator) async throws {
        let state = try await coordinator.run("{'name': 'w'}")
        #expect(state.string(at: "status") == "completed")
        #expect(try passages(state) == ["development skipped", "devops skipped", "monitoring skipped"])
        #expect(state.integer(at: "completed_task_count") == 0)
    }

    package static func skippedPhase(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator)
        let state = try await coordinator.run(
            """
            {'name': 'w', 'gate': {'required_success_rate': 1}, 'tasks': [
              {'name': 'a', 'assigned_to': 'coding'}, {'name': 'b', 'assigned_to': 'monitor'}]}
            """)
        #expect(try passages(state) == ["development completed", "devops skipped", "monitoring completed"])
        let phases = try await coordinator.events().filter { $0.phase == .devops }.map(\.kind)
        #expect(phases == [.phaseSkipped])
    }

    // MARK: Persistence

    package static func persistence(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator) { _ in .completed(#"{"kept": 1.50}"#) }
        let before = try await coordinator.run(threePhases)
        try await coordinator.restart(.killed)
        let after = try await coordinator.ask(.workflowGet(id("w"))).member("state")
        #expect(after.isEquivalent(to: before))
        #expect(try after.member("task_results", "ship", "output_data").text.string == #"{"kept": 1.50}"#)
    }

    // MARK: Outputs

    package static func outputs(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator) { order in
            order.task.name == "write" ? .completed(#"{"version": 1.50}"#) : .failed("BROKEN", "it broke")
        }
        let before = try await coordinator.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding'},
              {'task_id': 'ship', 'name': 'ship', 'assigned_to': 'deploying'}],
             'outputs': {'version': '${{ tasks.write.output_data.version }}',
                         'label': 'v${{ tasks.write.output_data.version }}',
                         'url': '${{ tasks.ship.output_data.url }}'}}
            """)
        #expect(before.string(at: "status") == "completed")
        #expect(try before.member("outputs").text.string == #"{"version":1.50,"label":"v1.50"}"#)
        #expect(before.string(at: "missing_outputs", "url")?.hasSuffix("task ship has no output url") == true)
        #expect(try before.member("error_log").elements.map(\.kind).isEmpty)
        try await coordinator.restart(.killed)
        let after = try await coordinator.ask(.workflowGet(id("w"))).member("state")
        #expect(after.isEquivalent(to: before))
    }

    /// The phases that a workflow went through, and how each ended.
    static func passages(_ state: JSONValue) throws -> [String] {
        try state.member("phase_history").elements.map { passage in
            "\(passage.string(at: "phase") ?? "?") \(passage.string(at: "result") ?? "?")"
        }
    }
}
