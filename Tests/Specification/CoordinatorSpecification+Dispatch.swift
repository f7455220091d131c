import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// What every coordinator does with a task dispatched alone.
extension CoordinatorSpecification {
    package static func success(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { assignment in
            .completed(#"{"was": \#(assignment.task.inputData)}"#)
        }
        let result = try await coordinator.dispatch(task("write", .coding) { $0.inputData = text(#"{"lines": 3.50}"#) })
        #expect(result.string(at: "status") == "completed")
        #expect(result.string(at: "agent_id") == "coder")
        #expect(try result.member("output_data").text.string == #"{"was": {"lines": 3.50}}"#)
        #expect(result.integer(at: "attempt") == 1)
    }

    package static func resultSaved(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { _ in .completed(#"{"answer": 42}"#) }
        _ = try await coordinator.dispatch(task("write", .coding) { $0.taskID = id("t") })
        try await coordinator.restart(.killed)
        let saved = try await coordinator.ask(.taskGet(TaskKey(taskID: id("t"))))
        #expect(saved.string(at: "task", "status") == "completed")
        #expect(saved.integer(at: "result", "output_data", "answer") == 42)
        #expect(saved.integer(at: "attempts") == 1)
    }

    package static func noAgentType(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        #expect(try await coordinator.refusal(of: task("whose", nil)).code == .noAgentType)
    }

    package static func noAvailableAgent(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        _ = try await coordinator.ask(.agentPause(id("coder")))
        let nobody = try await coordinator.refusal(of: task("look", .review))
        #expect(nobody.code == .noAvailableAgent)
        #expect(
            nobody.details == ["agent_type": .text("review"), "registered": .number(0), "reason": .text("no_agent")])
        let busy = try await coordinator.refusal(of: task("write", .coding))
        #expect(
            busy.details
                == ["agent_type": .text("coding"), "registered": .number(1), "reason": .text("agent_paused")])
    }

    package static func failedResult(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("tester", .test) { _ in .failed("TESTS_FAILED", "3 of 7 failed") }
        let result = try await coordinator.dispatch(task("test", .test))
        #expect(result.string(at: "status") == "failed")
        #expect(result.string(at: "error_code") == "TESTS_FAILED")
        #expect(result.string(at: "error_message") == "3 of 7 failed")
        #expect(result.integer(at: "attempt") == 1)
    }

    package static func stateSynced(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { assignment in
            assignment.task.name == "good" ? .completed : .failed(nil, "no")
        }
        _ = try await coordinator.dispatch(task("good", .coding) { $0.taskID = id("good") })
        _ = try await coordinator.dispatch(task("bad", .coding) { $0.taskID = id("bad") })
        let agent = try await coordinator.agent("coder")
        #expect(agent.string(at: "status") == "idle")
        #expect(try agent.member("running").strings == [])
        #expect(try agent.member("completed_tasks").strings == ["good"])
        #expect(try agent.member("failed_tasks").strings == ["bad"])
        #expect(try agent.member("success_rate").double == 0.5)
        #expect(agent.integer(at: "error_count") == 0)
    }

    package static func policy(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding)
        _ = try await coordinator.ask(.policyRegister(.maxConcurrentTasks(limit: 0)))
        let refusal = try await coordinator.refusal(of: task("write", .coding) { $0.taskID = id("t") })
        #expect(refusal.code == .policyViolation)
        #expect(refusal.details["policy_name"] == .text("MaxConcurrentTasksPolicy"))
        #expect(refusal.details["agent_id"] == .text("coder"))
        #expect(refusal.details["task_id"] == .text("t"))
        #expect(refusal.details["reason"] != nil)
        #expect(try await coordinator.kinds(of: "t") == [.policyViolated])
        let unrecorded = Request.taskGet(TaskKey(taskID: id("t")))
        #expect(try await coordinator.refusal(of: unrecorded).code == .notFound)
    }

    package static func errorHandler(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { assignment in
            assignment.attempt < 3 ? .failed("LLM_RATE_LIMIT", "later") : .completed
        }
        let definition = task("write", .coding) {
            $0.taskID = id("t")
            $0.retry = RetryPolicy()
            $0.retry?.initialDelay = .milliseconds(1)
        }
        let result = try await coordinator.dispatch(definition)
        #expect(result.string(at: "status") == "completed")
        #expect(result.integer(at: "attempt") == 3)
        #expect(
            try await coordinator.kinds(of: "t") == [
                .taskStarted, .taskRetrying, .taskStarted, .taskRetrying, .taskStarted, .taskCompleted,
            ])
        #expect(try await coordinator.agent("coder").integer(at: "error_count") == 2)
    }

    // MARK: Validation

    package static func validation(_ coordinator: some Coordinator) async throws {
        try await coordinator.serve("coder", .coding) { _ in .rejected("not my language") }
        let definition = task("write", .coding) { $0.taskID = id("t") }
        let refusal = try await coordinator.refusal(of: definition)
        #expect(refusal.code == .taskValidationFailed)
        #expect(refusal.message == "not my language")
        let repeated = try await coordinator.refusal(of: definition)
        #expect(repeated.code == refusal.code && repeated.message == refusal.message)
        let saved = try await coordinator.ask(.taskGet(TaskKey(taskID: id("t"))))
        #expect(saved.string(at: "result", "status") == "failed")
        #expect(saved.string(at: "result", "error_code") == "TASK_VALIDATION_FAILED")
        #expect(try await coordinator.kinds(of: "t") == [.taskStarted, .taskRejected])
    }
}
