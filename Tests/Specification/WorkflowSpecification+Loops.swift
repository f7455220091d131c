import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// Gates, the feedback loop, and which tasks a phase takes.
extension WorkflowSpecification {
    // MARK: Gates

    private static let gated = """
        {'workflow_id': 'w', 'name': 'w', 'gate': {'required_success_rate': 0.5}, 'tasks': [
          {'task_id': 'a', 'name': 'good', 'assigned_to': 'coding'},
          {'task_id': 'b', 'name': 'bad', 'assigned_to': 'coding'},
          {'task_id': 'c', 'name': 'ship', 'assigned_to': 'deploying'}]}
        """

    package static func gatePasses(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator) { $0.task.name == "bad" ? .failed(nil, "no") : .completed }
        let state = try await coordinator.run(gated)
        #expect(state.string(at: "status") == "completed")
        #expect(state.string(at: "task_results", "c", "status") == "completed")
        #expect(try await coordinator.events().map(\.kind).contains(.gatePassed))
    }

    package static func gateBlocks(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator) { _ in .failed(nil, "no") }
        let state = try await coordinator.run(gated)
        #expect(state.string(at: "status") == "failed")
        #expect(try passages(state) == ["development failed"])
        let errors = try state.member("error_log").elements.map { $0.string(at: "error_code") }
        #expect(errors == ["PHASE_GATE_BLOCKED"])
        let gate = try await coordinator.ask(.workflowCheckGate(id("w")))
        #expect(try gate.member("allowed").bool == false)
        let started = try await coordinator.events().filter { $0.kind == .taskStarted }
        #expect(started.map(\.taskID) == [id("a"), id("b")])
    }

    // MARK: Feedback

    /// A monitor that finds errors in the first `count` iterations.
    private static func serveFaultyService(_ coordinator: some Coordinator, errors count: Int) async throws {
        try await serveAllPhases(coordinator) { assignment in
            let isFixed = assignment.attempt > count
            guard assignment.task.name == "watch", !isFixed else { return .completed }
            return .completed("{}", feedback: Feedback(severity: .error, findings: text(#"["slow"]"#)))
        }
    }

    package static func feedbackTriggers(_ coordinator: some Coordinator) async throws {
        try await serveFaultyService(coordinator, errors: 1)
        let state = try await coordinator.run(threePhases)
        #expect(state.string(at: "status") == "completed")
        #expect(try passages(state).count == 6)
        #expect(state.string(at: "feedback", "severity") == "error")
        #expect(state.string(at: "feedback", "source_agent_id") == "watcher")
        #expect(state.integer(at: "task_results", "write", "iteration") == 1)
        #expect(state.integer(at: "task_results", "write", "attempt") == 2)
    }

    package static func feedbackMaximum(_ coordinator: some Coordinator) async throws {
        try await serveFaultyService(coordinator, errors: .max)
        let state = try await coordinator.run(threePhases)
        #expect(state.string(at: "status") == "failed")
        #expect(state.integer(at: "feedback_count") == 3)
        let errors = try state.member("error_log").elements.map { $0.string(at: "error_code") }
        #expect(errors == ["MAX_FEEDBACK_LOOPS"])
        let more = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        #expect(try await coordinator.refusal(of: .workflowFeedback(more)).code == .maxFeedbackLoops)
    }

    package static func feedbackCounts(_ coordinator: some Coordinator) async throws {
        try await serveFaultyService(coordinator, errors: 2)
        let state = try await coordinator.run(threePhases)
        #expect(state.integer(at: "feedback_count") == 2)
        let byHand = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        let again = try await coordinator.ask(.workflowFeedback(byHand)).member("state")
        #expect(again.integer(at: "feedback_count") == 3)
        #expect(again.string(at: "status") == "completed")
        #expect(again.string(at: "current_phase") == "development")
        #expect(again.integer(at: "task_results", "write", "iteration") == 3)
        #expect(again.integer(at: "task_results", "ship", "iteration") == 2)
    }

    // MARK: Filtering

    private static let everyType = """
        {'name': 'w', 'phases': ['PHASE'], 'tasks': [
          {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
          {'task_id': 'b', 'name': 'b', 'assigned_to': 'review'},
          {'task_id': 'c', 'name': 'c', 'assigned_to': 'test_data'},
          {'task_id': 'd', 'name': 'd', 'assigned_to': 'test'},
          {'task_id': 'e', 'name': 'e', 'assigned_to': 'devops'},
          {'task_id': 'f', 'name': 'f', 'assigned_to': 'deploying'},
          {'task_id': 'g', 'name': 'g', 'assigned_to': 'monitor'}]}
        """

    /// A workflow of one phase, with a task for each type of agent, runs only `tasks`.
    package static func filter(_ phase: Phase, _ tasks: [String], _ coordinator: some Coordinator) async throws {
        for type in AgentType.allCases { try await coordinator.serve("a-\(type.rawValue)", type) }
        let state = try await coordinator.run(everyType.replacing("PHASE", with: phase.rawValue))
        #expect(state.string(at: "status") == "completed")
        #expect(state.integer(at: "completed_task_count") == Int64(tasks.count))
        let started = try await coordinator.events().filter { $0.kind == .taskStarted }
        #expect(started.map(\.taskID) == tasks.map { id($0) })
        #expect(
            try state.member("unscheduled").strings
                == ["a", "b", "c", "d", "e", "f", "g"].filter { !tasks.contains($0) })
    }

    package static func filterWithoutType(_ coordinator: some Coordinator) async throws {
        try await serveAllPhases(coordinator)
        let state = try await coordinator.run(
            "{'name': 'w', 'tasks': [{'task_id': 'a', 'name': 'a'}, {'name': 'b', 'assigned_to': 'coding'}]}"
        )
        #expect(state.string(at: "status") == "completed")
        #expect(try state.member("unscheduled").strings == ["a"])
        #expect(try passages(state) == ["development completed", "devops skipped", "monitoring skipped"])
    }
}
