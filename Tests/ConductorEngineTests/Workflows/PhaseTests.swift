import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Phases and needs")
struct PhaseTests {
    @Test("up to `parallelism` tasks of a phase run at once")
    func parallelism() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 10)
        try scene.run(
            """
            {'name': 'w', 'parallelism': 2, 'tasks': [
              {'name': 'a', 'assigned_to': 'coding'}, {'name': 'b', 'assigned_to': 'coding'},
              {'name': 'c', 'assigned_to': 'coding'}]}
            """)
        #expect(scene.started == ["a", "b"])
        scene.answer(try scene.order("b"))
        #expect(scene.started == ["a", "b", "c"])
    }

    @Test("a task waits for what it needs, and what stands behind it may go first")
    func needs() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 10)
        try scene.run(
            """
            {'name': 'w', 'parallelism': 10, 'tasks': [
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'coding', 'needs': ['a', 'b']},
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding', 'needs': ['a']},
              {'task_id': 'd', 'name': 'd', 'assigned_to': 'coding'}]}
            """)
        #expect(scene.started == ["a", "d"])
        scene.answer(try scene.order("a"))
        #expect(scene.started == ["a", "d", "b"])
        scene.answer(try scene.order("b"))
        #expect(scene.started == ["a", "d", "b", "c"])
    }

    @Test("what needs a task that failed is skipped, along the whole chain and over phases")
    func skipped() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("shipper", .deploying)
        let caller = try scene.run(
            """
            {'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding', 'needs': ['a']},
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'deploying',
               'input_data': {'x': '${{ tasks.b.output_data.x }}'}},
              {'task_id': 'd', 'name': 'd', 'assigned_to': 'deploying'}]}
            """)
        scene.workThrough { $0.task.name == "a" ? .failed("BROKEN", "no") : .completed }
        let state = try scene.state(caller)
        #expect(state.taskResults.map(\.status) == [.failed, .skipped, .skipped, .completed])
        #expect(state.record.errorLog.isEmpty)
        #expect(scene.kinds.filter { $0 == .taskSkipped }.count == 2)
    }

    @Test("what needs a task that no phase takes is skipped, and that task too")
    func unscheduledNeed() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = try scene.run(
            """
            {'name': 'w', 'phases': ['development'], 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding', 'needs': ['m']},
              {'task_id': 'm', 'name': 'm', 'assigned_to': 'monitor'}]}
            """)
        let state = try scene.state(caller)
        #expect(state.record.status == .completed)
        #expect(state.record.unscheduled == [id("m")])
        #expect(state.taskResults.map(\.status) == [.skipped, .skipped])
        #expect(scene.stored.state.tasks.isEmpty)
    }

    @Test("a workflow whose every start is refused ends at once, however long it is")
    func everyStartRefused() throws {
        var scene = Scene()
        let tasks = (0..<5000).map { "{'name': 't\($0)', 'assigned_to': 'coding'}" }.joined(separator: ",")
        let caller = try scene.run("{'name': 'w', 'agent_wait_seconds': 0, 'tasks': [\(tasks)]}")
        let state = try scene.state(caller)
        #expect(state.record.failedTaskCount == 5000)
        #expect(state.record.errorLog.count == 1000)
        #expect(state.record.phaseHistory.first?.ending?.result == .failed)
    }

    @Test("a workflow's task queues where agents of its type are busy, unless it is to fail", arguments: [true, false])
    func whenBusy(queues: Bool) throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("busy", .coding))
        let caller = try scene.run(
            """
            {'name': 'w', 'when_busy': '\(queues ? "queue" : "fail")', 'tasks': [
              {'name': 'a', 'assigned_to': 'coding'}]}
            """
        )
        scene.workThrough()
        #expect(try scene.state(caller).taskResults.map(\.status) == [queues ? .completed : .failed])
    }

    @Test("a cancelled workflow ends in the middle of a phase: its tasks are cancelled and its agents told")
    func cancel() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'parallelism': 2, 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding'},
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'monitor'}]}
            """)
        scene.ask(.workflowCancel(id("w"), reason: "enough"))
        let state = try scene.state(caller)
        #expect(state.record.status == .cancelled)
        #expect(state.record.phaseHistory.map(\.ending?.result) == [.cancelled])
        #expect(state.taskResults.map(\.status) == [.cancelled, .cancelled, .cancelled])
        let told = scene.outputs.contains {
            if case .notify(_, .cancel(_, _, 1, "enough")) = $0 { true } else { false }
        }
        #expect(told)
        #expect(scene.answer(try scene.order("a"))?.refusal?.code == .staleAttempt)
        scene.dispatch(task("next", .coding))
        #expect(scene.started == ["a", "next"])
    }

    @Test("a task that is cancelled before its phase stays cancelled")
    func cancelledEarly() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("watcher", .monitor)
        let caller = try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'm', 'name': 'm', 'assigned_to': 'monitor'}]}
            """)
        scene.ask(.taskCancel(TaskKey(workflowID: id("w"), taskID: id("m")), reason: nil))
        scene.workThrough()
        #expect(scene.started == ["a"])
        #expect(try scene.state(caller).result("m")?.status == .cancelled)
    }

    @Test("how many tasks have ended is told while the workflow runs")
    func countsMeanwhile() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'name': 'a', 'assigned_to': 'coding'}, {'name': 'b', 'assigned_to': 'coding'}]}
            """)
        scene.answer(try scene.order("a"))
        #expect(try scene.workflowState("w").record.completedTaskCount == 1)
    }
}
