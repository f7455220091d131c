import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Tasks of a phase that run at once")
struct ParallelismTests {
    private static func workflow(_ tasks: String, parallelism: Int = 1) -> String {
        "{'workflow_id': 'w', 'name': 'w', 'parallelism': \(parallelism), 'tasks': [\(tasks)]}"
    }

    @Test("one that waits for its retry holds no slot")
    func retry() throws {
        var scene = Scene { $0.lease = .seconds(3600) }
        scene.register("coder", .coding, capacity: 2)
        let caller = try scene.run(
            Self.workflow(
                """
                {'name': 'flaky', 'assigned_to': 'coding', 'retry': {'initial_delay_seconds': 30}},
                {'name': 'next', 'assigned_to': 'coding'}
                """))
        scene.answer(try scene.order("flaky"), .failed("TRANSIENT_ERROR", "later"))
        #expect(scene.started == ["flaky", "next"])
        scene.answer(try scene.order("next"))
        scene.wait(.seconds(40))
        scene.answer(try scene.order("flaky"))
        #expect(try scene.state(caller).record.completedTaskCount == 2)
    }

    @Test("its retry waits for a slot when it is due, and comes before what is behind it in the file")
    func retryWaits() throws {
        var scene = Scene { $0.lease = .seconds(3600) }
        scene.register("coder", .coding, capacity: 3)
        try scene.run(
            Self.workflow(
                """
                {'name': 'flaky', 'assigned_to': 'coding', 'retry': {'initial_delay_seconds': 30}},
                {'name': 'long', 'assigned_to': 'coding', 'timeout_seconds': 1000},
                {'name': 'last', 'assigned_to': 'coding'}
                """))
        scene.answer(try scene.order("flaky"), .failed("TRANSIENT_ERROR", "later"))
        scene.wait(.seconds(60))
        #expect(scene.started == ["flaky", "long"])
        scene.answer(try scene.order("long"))
        #expect(scene.started == ["flaky", "long", "flaky"])
    }

    @Test("one that waits for an agent holds no slot")
    func agent() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("reviewer", .review)
        scene.ask(.agentPause(id("reviewer")))
        try scene.run(
            Self.workflow(
                """
                {'name': 'look', 'assigned_to': 'review'}, {'name': 'a', 'assigned_to': 'coding'},
                {'name': 'b', 'assigned_to': 'coding'}
                """))
        #expect(scene.started == ["a"])
        scene.answer(try scene.order("a"))
        #expect(scene.started == ["a", "b"])
        scene.ask(.agentResume(id("reviewer")))
        #expect(scene.started == ["a", "b"], "another task has the only slot")
        scene.answer(try scene.order("b"))
        #expect(scene.started == ["a", "b", "look"])
    }

    @Test("no more wait for agents of a type than there are slots")
    func queued() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.ask(.agentPause(id("coder")))
        let tasks = (0..<10).map { "{'name': 't\($0)', 'assigned_to': 'coding'}" }.joined(separator: ",")
        try scene.run(Self.workflow(tasks, parallelism: 3))
        #expect(scene.kinds.count { $0 == .taskQueued } == 3)
        scene.register("other", .coding, capacity: 8)
        #expect(scene.started == ["t0", "t1", "t2"])
    }

    @Test("a task that comes back unbegun frees its slot and takes part anew")
    func returned() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = try scene.run(
            Self.workflow("{'name': 'a', 'assigned_to': 'coding'}, {'name': 'b', 'assigned_to': 'coding'}"))
        scene.ask(.agentDrain(id("coder")))
        let order = try scene.order("a")
        scene.ask(
            .taskReturn(
                AttemptReference(taskID: order.task.taskID ?? id("none"), attempt: order.attempt, token: order.token)),
            on: 50)
        scene.register("other", .coding)
        scene.workThrough()
        #expect(try scene.state(caller).record.completedTaskCount == 2)
        #expect(scene.started == ["a", "a", "b"])
    }
}
