import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("A paused workflow")
struct PauseTests {
    private let definition = """
        {'workflow_id': 'w', 'name': 'w', 'parallelism': 3, 'tasks': [
          {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
          {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding'},
          {'task_id': 'c', 'name': 'c', 'assigned_to': 'review'},
          {'task_id': 'd', 'name': 'd', 'assigned_to': 'deploying'}]}
        """

    /// `a` runs, `b` waits for its agent, `c` is to be tried again.
    private func scene() throws -> Scene {
        var scene = Scene.patient("coder")
        scene.register("reviewer", .review)
        scene.register("shipper", .deploying)
        try scene.run(definition)
        scene.answer(try scene.order("c"), .failed("TRANSIENT_ERROR", "again"))
        return scene
    }

    private func pause(_ scene: inout Scene) throws -> WorkflowState {
        guard case .success(.workflowState(let state)) = scene.ask(.workflowPause(id("w"))) else {
            throw Missing("a state")
        }
        return state
    }

    private func resume(_ scene: inout Scene) throws -> WorkflowState {
        guard case .success(.workflowState(let state)) = scene.ask(.workflowResume(id("w"))) else {
            throw Missing("a state")
        }
        return state
    }

    @Test("finishes what runs, and begins nothing: what waits is withdrawn, and retries wait")
    func pausing() throws {
        var scene = try scene()
        let state = try pause(&scene)
        #expect(state.record.isPaused && state.record.status == .inProgress)
        scene.answer(try scene.order("a"))
        scene.wait(.seconds(60))
        #expect(scene.started == ["a", "c"])
        #expect(try scene.workflowState("w").result("a")?.status == .completed)
        #expect(scene.engine.allCounts.queued == 0)
        // The agent that it waited for is free for others.
        #expect(try scene.complete().status == .completed)
    }

    @Test("goes on where it stood when it is resumed, and the retry budget counts on")
    func resuming() throws {
        var scene = try scene()
        _ = try pause(&scene)
        scene.answer(try scene.order("a"))
        scene.wait(.seconds(60))
        #expect(try !resume(&scene).record.isPaused)
        #expect(scene.started == ["a", "c", "b", "c"])
        #expect(scene.stored.task(TaskKey(workflowID: id("w"), taskID: id("c")))?.failedAttempts == 1)
        scene.workThrough()
        let record = try scene.workflowState("w").record
        #expect(record.status == .completed && record.completedTaskCount == 4)
        #expect(record.phaseHistory.map(\.taskCount) == [3, 1, 0])
        let told = scene.kinds.filter { $0 == .workflowPaused || $0 == .workflowResumed }
        #expect(told == [.workflowPaused, .workflowResumed])
    }

    @Test("resumed before a retry is due, waits for the retry no longer than it would have")
    func early() throws {
        var scene = try scene()
        _ = try pause(&scene)
        _ = try resume(&scene)
        #expect(scene.started == ["a", "c"])
        scene.wait(.milliseconds(1100))
        #expect(scene.started == ["a", "c", "c"])
    }

    @Test("stays paused over a restart, and its running work is adopted")
    func overRestart() throws {
        var scene = try scene()
        _ = try pause(&scene)
        let order = try scene.order("a")
        scene.restart()
        scene.register("coder", .coding, running: [order])
        scene.register("reviewer", .review)
        scene.register("shipper", .deploying)
        scene.answer(order)
        scene.wait(.seconds(60))
        #expect(scene.started == ["a", "c"])
        #expect(try scene.workflowState("w").record.isPaused)
        _ = try resume(&scene)
        scene.workThrough()
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("whose agent comes back without its task, keeps it for later")
    func abandoned() throws {
        var scene = try scene()
        _ = try pause(&scene)
        scene.restart()
        scene.register("coder", .coding)
        #expect(scene.started == ["a", "c"])
        _ = try resume(&scene)
        #expect(scene.started == ["a", "c", "a"])
        #expect(try scene.order("a").attempt == 2)
    }

    @Test("does not leave its phase: the next begins with resuming")
    func betweenPhases() throws {
        var scene = Scene.patient("coder")
        scene.register("shipper", .deploying)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'name': 'a', 'assigned_to': 'coding'}, {'name': 'd', 'assigned_to': 'deploying'}]}
            """)
        _ = try pause(&scene)
        scene.answer(try scene.order("a"))
        #expect(scene.started == ["a"])
        #expect(try scene.workflowState("w").record.currentPhase == .development)
        _ = try resume(&scene)
        #expect(scene.started == ["a", "d"])
    }

    @Test("can be cancelled")
    func cancelled() throws {
        var scene = try scene()
        _ = try pause(&scene)
        scene.ask(.workflowCancel(id("w"), reason: nil))
        let record = try scene.workflowState("w").record
        #expect(record.status == .cancelled && !record.isPaused)
        #expect(scene.stored.counts.tasks[.pending] == 0)
    }

    @Test("with nothing left to do ends when it is resumed, and says so")
    func lastTask() throws {
        var scene = Scene.patient("coder")
        try scene.run("{'workflow_id': 'w', 'name': 'w', 'tasks': [{'name': 'a', 'assigned_to': 'coding'}]}")
        _ = try pause(&scene)
        scene.answer(try scene.order("a"))
        let state = try resume(&scene)
        #expect(state.record.status == .completed && state.record.completedTaskCount == 1)
    }

    @Test("is paused once and resumed once, however often that is asked for")
    func twice() throws {
        var scene = try scene()
        for _ in 0..<2 { _ = try resume(&scene) }
        for _ in 0..<2 { _ = try pause(&scene) }
        for _ in 0..<2 { _ = try resume(&scene) }
        let told = scene.kinds.filter { $0 == .workflowPaused || $0 == .workflowResumed }
        #expect(told == [.workflowPaused, .workflowResumed])
    }

    @Test("is CONFLICT where the workflow has ended, and NOT_FOUND where there is none")
    func refused() throws {
        var scene = try scene()
        scene.ask(.workflowCancel(id("w"), reason: nil))
        #expect(scene.ask(.workflowPause(id("w")))?.refusal?.code == .conflict)
        #expect(scene.ask(.workflowResume(id("w")))?.refusal?.code == .conflict)
        #expect(scene.ask(.workflowPause(id("v")))?.refusal?.code == .notFound)
        #expect(scene.ask(.workflowResume(id("v")))?.refusal?.code == .notFound)
    }
}
