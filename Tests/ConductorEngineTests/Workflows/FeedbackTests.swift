import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Feedback")
struct FeedbackTests {
    private let definition = """
        {'workflow_id': 'w', 'name': 'w', 'max_feedback_loops': 2, 'parallelism': 2, 'tasks': [
          {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding', 'input_data': {'found': '${{ feedback }}'}},
          {'task_id': 'ship', 'name': 'ship', 'assigned_to': 'deploying'},
          {'task_id': 'm1', 'name': 'm1', 'assigned_to': 'monitor'},
          {'task_id': 'm2', 'name': 'm2', 'assigned_to': 'monitor'}]}
        """

    private func scene() -> Scene {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("shipper", .deploying)
        scene.register("watcher", .monitor, capacity: 2)
        return scene
    }

    private func found(_ severity: Severity) -> WorkAnswer {
        .completed("{}", feedback: Feedback(severity: severity))
    }

    private func begun(_ answer: Result<Reply, Refusal>?) throws -> WorkflowState {
        guard case .success(.workflowStarted(let state)) = answer else { throw Missing("a workflow that has begun") }
        return state
    }

    @Test("only error and critical start the loop", arguments: Severity.allCases)
    func severity(_ severity: Severity) throws {
        var scene = scene()
        let caller = try scene.run(definition)
        scene.workThrough { $0.task.name == "m1" && $0.attempt == 1 ? found(severity) : .completed }
        let loops = try scene.state(caller).record.feedbackCount
        #expect(loops == (severity == .error || severity == .critical ? 1 : 0))
    }

    @Test("the feedback of one monitor stands alone, that of several is a list; agents and expressions see it")
    func list() throws {
        var scene = scene()
        let caller = try scene.run(definition)
        scene.workThrough { order in
            switch (order.task.name, order.attempt) {
            case ("m1", 1), ("m2", 1), ("m1", 2): found(.error)
            default: .completed
            }
        }
        let inputs = try scene.assignments.filter { $0.task.name == "write" }.map { try $0.task.inputData.parsed() }
        #expect(inputs.map { $0["found"]?.kind } == [.null, .array, .object])
        #expect(scene.assignments.map { $0.feedback != nil }.prefix(5) == [false, false, false, false, true])
        #expect(try scene.state(caller).record.feedbackCount == 2)
        #expect(scene.started.count == 12)
    }

    @Test("the retry budget is per iteration, and attempts go on counting")
    func budget() throws {
        var scene = scene()
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [
              {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding',
               'retry': {'max_retries': 1, 'initial_delay_seconds': 0}},
              {'task_id': 'm1', 'name': 'm1', 'assigned_to': 'monitor'}]}
            """)
        for _ in 0..<4 {
            scene.workThrough { order in
                switch (order.task.name, order.attempt) {
                case ("write", 1), ("write", 3): .failed("TRANSIENT_ERROR", "again")
                case ("m1", 1): found(.error)
                default: .completed
                }
            }
            scene.wait(.zero)
        }
        let result = try #require(try scene.state(caller).result("write"))
        #expect(result.status == .completed)
        #expect(result.attempt == 4)
        #expect(result.iteration == 1)
    }

    @Test("by hand development is run again, or all", arguments: WorkflowFeedback.Through.allCases)
    func byHand(_ through: WorkflowFeedback.Through) throws {
        var scene = scene()
        try scene.run(definition)
        scene.workThrough()
        var request = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        request.through = through
        let caller = scene.send(.workflowFeedback(request))
        scene.workThrough()
        let again = scene.started.dropFirst(4)
        #expect(again == (through == .all ? ["write", "ship", "m1", "m2"] : ["write"]))
        #expect(try scene.state(caller).record.completedTaskCount == 4)
        #expect(try scene.state(caller).record.phaseHistory.last?.iteration == 1)
    }

    @Test("the same request_key is the same act, also after a restart")
    func requestKey() throws {
        var scene = scene()
        try scene.run(definition)
        scene.workThrough()
        var request = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        request.requestKey = "once"
        let first = scene.send(.workflowFeedback(request))
        let second = scene.send(.workflowFeedback(request))
        scene.workThrough()
        scene.restart()
        let third = scene.send(.workflowFeedback(request))
        for caller in [first, second, third] { #expect(try scene.state(caller).record.feedbackCount == 1) }
        #expect(scene.started.count == 5)
    }

    @Test("detached, feedback by hand is answered once the workflow is on its way, each time with what it is by then")
    func detached() throws {
        var scene = scene()
        try scene.run(definition)
        scene.workThrough()
        var request = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        request.requestKey = "once"
        request.detach = true
        let first = try begun(scene.ask(.workflowFeedback(request)))
        #expect(first.record.status == .inProgress && first.record.feedbackCount == 1)
        scene.workThrough()
        let ended = try begun(scene.ask(.workflowFeedback(request)))
        #expect(ended.record.status == .completed && ended.record.feedbackCount == 1)
    }

    @Test("a workflow that its gate failed runs on by hand, the phases it never reached too")
    func afterGate() throws {
        var scene = scene()
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'gate': {'required_success_rate': 1}, 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'deploying'}]}
            """)
        scene.workThrough { _ in .failed(nil, "no") }
        #expect(try scene.workflowState("w").record.status == .failed)
        var request = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        request.through = .all
        let caller = scene.send(.workflowFeedback(request))
        scene.workThrough()
        #expect(try scene.state(caller).record.status == .completed)
        #expect(try scene.state(caller).taskResults.map(\.iteration) == [1, 1])
    }

    @Test("a cancelled workflow takes no feedback")
    func cancelled() throws {
        var scene = scene()
        try scene.run(definition)
        scene.ask(.workflowCancel(id("w"), reason: nil))
        let request = WorkflowFeedback(workflowID: id("w"), feedback: Feedback(severity: .info))
        #expect(scene.ask(.workflowFeedback(request))?.refusal?.code == .conflict)
    }
}
