import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorSpecification
import Testing

@Suite("A workflow's task that waits where no agent of its type is left")
struct NoAgentLeftTests {
    private let definition = """
        {'workflow_id': 'w', 'name': 'w', 'parallelism': 2, 'tasks': [
          {'task_id': 'first', 'name': 'first', 'assigned_to': 'coding', 'timeout_seconds': 600,
           'retry': {'max_retries': 0}},
          {'task_id': 'second', 'name': 'second', 'assigned_to': 'coding'}]}
        """

    /// One agent, which works on the first of two tasks.
    private func scene() throws -> Scene {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(definition)
        #expect(scene.started == ["first"])
        return scene
    }

    private func code(_ task: String, _ scene: inout Scene) throws -> String? {
        try scene.workflowState("w").result(task)?.errorCode
    }

    @Test("fails with NO_AVAILABLE_AGENT when the last one is unregistered")
    func unregistered() throws {
        var scene = try scene()
        scene.ask(.agentUnregister(id("coder")))
        #expect(try code("second", &scene) == "NO_AVAILABLE_AGENT")
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("fails when the last one does not come back within the grace time, and not before")
    func lost() throws {
        var scene = try scene()
        scene.disconnect("coder")
        scene.wait(.milliseconds(59_999))
        #expect(try code("second", &scene) == nil)
        scene.wait(.milliseconds(1))
        #expect(try code("second", &scene) == "NO_AVAILABLE_AGENT")
    }

    @Test("fails when the last one comes back as another type")
    func otherType() throws {
        var scene = try scene()
        scene.disconnect("coder")
        scene.register("coder", .review)
        #expect(try code("second", &scene) == "NO_AVAILABLE_AGENT")
    }

    @Test("goes on waiting while another one is there")
    func another() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("other", .coding)
        let tasks = ["a", "b", "c"].map { "{'task_id': '\($0)', 'name': '\($0)', 'assigned_to': 'coding'}" }
        try scene.run(
            "{'workflow_id': 'w', 'name': 'w', 'parallelism': 3, 'tasks': [\(tasks.joined(separator: ","))]}")
        scene.ask(.agentUnregister(id("coder")))
        #expect(try code("c", &scene) == nil)
        scene.answer(try scene.order("b"))
        #expect(scene.started == ["a", "b", "c"])
    }

    @Test("after a restart waits for agents to come back as long as the grace time, and then no longer")
    func restart() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("reviewer", .review)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding', 'timeout_seconds': 600},
              {'task_id': 'look', 'name': 'look', 'assigned_to': 'review'}]}
            """)
        let order = try scene.order("write")
        scene.feed(.stop)
        scene.restart()
        scene.register("coder", .coding, running: [order])
        scene.answer(order)
        scene.wait(.milliseconds(59_999))
        #expect(try code("look", &scene) == nil)
        scene.wait(.milliseconds(1))
        #expect(try code("look", &scene) == "NO_AVAILABLE_AGENT")
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("fails when its retry falls due")
    func retry() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 't', 'name': 't', 'assigned_to': 'coding', 'retry': {'initial_delay_seconds': 5}}]}
            """)
        scene.ask(.agentUnregister(id("coder")))
        #expect(try code("t", &scene) == nil)
        scene.wait(.seconds(10))
        #expect(try code("t", &scene) == "NO_AVAILABLE_AGENT")
    }

    @Test("a task dispatched alone that may wait goes on waiting for an agent to come")
    func alone() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.enqueue(task("first", .coding))
        scene.enqueue(task("second", .coding))
        scene.ask(.agentUnregister(id("coder")))
        scene.register("other", .coding)
        #expect(scene.started == ["first", "second"])
    }
}
