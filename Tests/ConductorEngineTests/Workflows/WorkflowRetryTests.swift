import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Retrying a workflow")
struct WorkflowRetryTests {
    private let definition = """
        {'workflow_id': 'w', 'name': 'w', 'tasks': [
          {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
          {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding',
           'input_data': {'x': '${{ tasks.a.output_data.x }}'}},
          {'task_id': 'c', 'name': 'c', 'assigned_to': 'coding', 'needs': ['b']},
          {'task_id': 'm', 'name': 'm', 'assigned_to': 'monitor'}]}
        """

    /// `b` failed, and `c` was skipped for it.
    private func scene() throws -> Scene {
        var scene = Scene.patient("coder")
        scene.register("watcher", .monitor)
        try scene.run(definition)
        scene.workThrough { order in
            switch order.task.name {
            case "a": .completed(#"{"x": 1.50}"#)
            case "b": .failed(nil, "no")
            default: .completed
            }
        }
        return scene
    }

    private func retry(
        onlyFailed: Bool = true, key: String? = nil, _ scene: inout Scene
    ) -> Result<Reply, Refusal>? {
        var request = WorkflowRetry(workflowID: id("w"))
        request.onlyFailed = onlyFailed
        request.requestKey = key
        return scene.ask(.workflowRetry(request))
    }

    @Test("runs what has not completed, with what the others gave before")
    func onlyFailed() throws {
        var scene = try scene()
        scene.clearOutputs()
        guard case .success(.retried(let state)) = retry(&scene) else { throw Missing("a state") }
        #expect(state.record.status == .inProgress)
        scene.workThrough()
        #expect(scene.started == ["b", "c"])
        #expect(try scene.order("b").task.inputData.string == #"{"x":1.50}"#)
        #expect(try scene.order("b").attempt == 2)
        let record = try scene.workflowState("w").record
        #expect(record.status == .completed && record.completedTaskCount == 4 && record.failedTaskCount == 0)
        #expect(record.phaseHistory.map(\.iteration) == [0, 0, 0, 1, 1, 1])
        let stored = scene.stored.counts
        #expect(stored.workflows[.completed] == 1 && stored.workflows[.inProgress] == 0)
        #expect(stored.tasks[.completed] == 4 && stored.tasks[.failed] == 0 && stored.tasks[.skipped] == 0)
    }

    @Test("runs all of it, where that is asked for")
    func everything() throws {
        var scene = try scene()
        scene.clearOutputs()
        guard case .success(.retried) = retry(onlyFailed: false, &scene) else { throw Missing("a state") }
        scene.workThrough { $0.task.name == "a" ? .completed(#"{"x": 2}"#) : .completed }
        #expect(scene.started == ["a", "b", "c", "m"])
        #expect(try scene.order("b").task.inputData.string == #"{"x":2}"#)
        #expect(try scene.workflowState("w").taskResults.map(\.iteration) == [1, 1, 1, 1])
    }

    @Test("takes up a cancelled workflow")
    func cancelled() throws {
        var scene = Scene.patient("coder")
        scene.register("watcher", .monitor)
        try scene.run(definition)
        scene.answer(try scene.order("a"), .completed(#"{"x": 1}"#))
        scene.ask(.workflowCancel(id("w"), reason: nil))
        // The agent gives the cancelled attempt's slot back.
        _ = scene.answer(try scene.order("b"), .failed("CANCELLED", "stopped"))
        guard case .success(.retried) = retry(&scene) else { throw Missing("a state") }
        scene.workThrough()
        #expect(scene.started == ["a", "b", "b", "c", "m"])
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("takes up a workflow that its gate failed, the phases it never reached too")
    func gate() throws {
        var scene = Scene.patient("coder")
        scene.register("watcher", .monitor)
        try scene.run(definition.replacing("'name': 'w',", with: "'name': 'w', 'gate': {'required_success_rate': 1},"))
        scene.workThrough { $0.task.name == "a" ? .failed(nil, "no") : .completed(#"{"x": 1}"#) }
        #expect(try scene.workflowState("w").record.status == .failed)
        _ = retry(&scene)
        scene.workThrough { _ in .completed(#"{"x": 1}"#) }
        #expect(try scene.workflowState("w").record.status == .completed)
        #expect(scene.started.last == "m")
    }

    @Test("with the same request_key is done once, while it runs and after a restart")
    func requestKey() throws {
        var scene = try scene()
        for _ in 0..<2 {
            guard case .success(.retried) = retry(key: "once", &scene) else { throw Missing("a state") }
        }
        scene.workThrough()
        scene.restart()
        guard case .success(.retried(let state)) = retry(key: "once", &scene) else { throw Missing("a state") }
        #expect(state.record.iteration == 1 && state.record.status == .completed)
    }

    @Test("goes on over a restart with the tasks that it chose")
    func overRestart() throws {
        var scene = try scene()
        _ = retry(&scene)
        let order = try scene.order("b")
        scene.restart()
        scene.register("coder", .coding, running: [order])
        scene.register("watcher", .monitor)
        scene.workThrough()
        #expect(scene.started == ["a", "b", "m", "b", "c"])
        #expect(try scene.workflowState("w").taskResults.map(\.iteration) == [0, 1, 1, 0])
    }

    @Test("lets feedback by hand follow, which runs all of its phase again")
    func feedbackBehind() throws {
        var scene = try scene()
        _ = retry(&scene)
        scene.workThrough()
        scene.clearOutputs()
        let caller = scene.send(
            .workflowFeedback(WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))))
        scene.workThrough { $0.task.name == "a" ? .completed(#"{"x": 3}"#) : .completed }
        #expect(scene.started == ["a", "b", "c"])
        let record = try scene.state(caller).record
        #expect(record.iteration == 2 && record.feedbackCount == 1)
        #expect(record.phaseHistory.map(\.iteration) == [0, 0, 0, 1, 1, 1, 2])
    }

    @Test("is CONFLICT while the workflow runs, and NOT_FOUND where there is none")
    func refused() throws {
        var scene = try scene()
        _ = retry(&scene)
        #expect(retry(&scene)?.refusal?.code == .conflict)
        var empty = Scene()
        #expect(retry(&empty)?.refusal?.code == .notFound)
    }

    @Test("ends at once where nothing has failed")
    func nothingFailed() throws {
        var scene = try scene()
        _ = retry(&scene)
        scene.workThrough()
        scene.clearOutputs()
        guard case .success(.retried(let state)) = retry(&scene) else { throw Missing("a state") }
        #expect(state.record.status == .completed && state.record.iteration == 2)
        #expect(scene.started.isEmpty)
    }

    @Test("keeps to the quota of live workflows, as feedback by hand does")
    func workflowQuota() throws {
        var scene = Scene { $0.limits.maxLiveWorkflows = 1 }
        scene.register("coder", .coding)
        try scene.run("{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding'}]}")
        scene.workThrough()
        try scene.run("{'workflow_id': 'v', 'name': 'v', 'tasks': [{'name': 'b', 'assigned_to': 'coding'}]}")
        #expect(retry(&scene)?.refusal?.details["quota"] == .text("max_live_workflows"))
        let feedback = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        #expect(scene.ask(.workflowFeedback(feedback))?.refusal?.details["quota"] == .text("max_live_workflows"))
    }

    @Test("keeps to the quota of live tasks")
    func quota() throws {
        var scene = Scene {
            $0.limits.maxLiveTasks = 1
            $0.lease = .seconds(86_400)
        }
        scene.register("coder", .coding)
        try scene.run("{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding'}]}")
        scene.workThrough()
        scene.dispatch(task("other", .coding))
        #expect(retry(&scene)?.refusal?.code == .quotaExceeded)
    }

    @Test("after MAX_FEEDBACK_LOOPS runs the monitor anew, whose findings decide", arguments: [true, false])
    func feedbackSpent(isMended: Bool) throws {
        var scene = Scene.patient("coder")
        scene.register("watcher", .monitor)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'max_feedback_loops': 0, 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'm', 'name': 'm', 'assigned_to': 'monitor'}]}
            """)
        let found = Feedback(severity: .error, findings: text(#"["slow"]"#))
        scene.workThrough { $0.task.name == "m" ? .completed("{}", feedback: found) : .completed }
        let spent = try scene.workflowState("w")
        #expect(spent.record.errorLog.last?.errorCode == "MAX_FEEDBACK_LOOPS")
        #expect(spent.record.feedback.first?.findings.string == #"["slow"]"#, "what was found last is told")
        #expect(spent.result("m")?.feedback?.findings.string == #"["slow"]"#)
        scene.clearOutputs()
        _ = retry(&scene)
        scene.workThrough { _ in isMended ? .completed : .completed("{}", feedback: found) }
        #expect(scene.started == ["m"])
        #expect(try scene.workflowState("w").record.status == (isMended ? .completed : .failed))
        let end = try #require(scene.events.last)
        #expect(try end.data.parsed()["error_code"]?.string == (isMended ? nil : "MAX_FEEDBACK_LOOPS"))
    }
}
