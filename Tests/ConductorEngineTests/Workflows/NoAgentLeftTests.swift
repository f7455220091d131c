import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("A workflow's task of a type that no agent has")
struct NoAgentLeftTests {
    private static func definition(_ members: String = "", parallelism: Int = 2) -> String {
        """
        {'workflow_id': 'w', 'name': 'w', 'parallelism': \(parallelism), \(members) 'tasks': [
          {'task_id': 'first', 'name': 'first', 'assigned_to': 'coding', 'timeout_seconds': 600,
           'retry': {'max_retries': 0}},
          {'task_id': 'second', 'name': 'second', 'assigned_to': 'coding'}]}
        """
    }

    /// One agent, which works on the first of two tasks.
    private func scene(_ members: String = "") throws -> Scene {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(Self.definition(members))
        #expect(scene.started == ["first"])
        return scene
    }

    private func code(_ task: String, _ scene: inout Scene) throws -> String? {
        try scene.workflowState("w").result(task)?.errorCode
    }

    /// The second task fails after exactly this time, and not before.
    private func expectFailure(after time: Duration, _ scene: inout Scene) throws {
        scene.wait(time - .milliseconds(1))
        #expect(try code("second", &scene) == nil)
        scene.wait(.milliseconds(1))
        #expect(try code("second", &scene) == "NO_AVAILABLE_AGENT")
        #expect(try scene.workflowState("w").record.errorLog.contains { $0.errorCode == "NO_AVAILABLE_AGENT" })
    }

    // MARK: None was there

    @Test("waits ten seconds, or as long as its workflow says", arguments: [(nil, 10), (0.5, 0.5), (3600, 3600)])
    func noneThere(said: Double?, seconds: Double) throws {
        var scene = Scene()
        try scene.run(
            Self.definition(said.map { "'agent_wait_seconds': \($0), 'queue_timeout_seconds': 9999, " } ?? ""))
        try expectFailure(after: Duration(inSeconds: seconds), &scene)
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("starts as soon as an agent of the type comes")
    func comes() throws {
        var scene = Scene()
        let caller = try scene.run(Self.definition())
        scene.wait(.seconds(9))
        scene.register("coder", .coding)
        scene.workThrough()
        #expect(try scene.state(caller).record.completedTaskCount == 2)
    }

    @Test(
        "fails at once where its workflow does not wait",
        arguments: ["'agent_wait_seconds': 0, ", "'when_busy': 'fail', "])
    func atOnce(members: String) throws {
        var scene = Scene()
        let caller = try scene.run(Self.definition(members))
        #expect(try scene.state(caller).record.failedTaskCount == 2)
        #expect(!scene.kinds.contains(.taskQueued))
    }

    @Test("one that is due later in the same workflow does not wait anew")
    func sameTime() throws {
        var scene = Scene()
        let caller = try scene.run(Self.definition(parallelism: 1))
        scene.wait(.seconds(10))
        #expect(try scene.state(caller).record.failedTaskCount == 2)
    }

    @Test("many that have waited long enough fail in turns of bounded length")
    func slices() throws {
        var scene = Scene()
        let tasks = (0..<1000).map { "{'name': 't\($0)', 'assigned_to': 'coding'}" }.joined(separator: ",")
        let caller = try scene.run("{'name': 'w', 'parallelism': 1000, 'tasks': [\(tasks)]}")
        scene.wait(.milliseconds(9_999))
        scene.now.monotonic += .milliseconds(1)
        scene.now.persistent = scene.now.persistent + .milliseconds(1)
        var turns = 0
        while scene.answer(to: caller) == nil, turns < 1000 {
            let before = scene.events.count
            scene.feed(.tick(isStoreHeld: false))
            #expect(scene.events[before...].count { $0.kind == .taskFailed } <= 128)
            turns += 1
        }
        #expect(try scene.state(caller).record.failedTaskCount == 1000)
    }

    @Test("a paused or a disconnected agent counts as there, a drained one too", arguments: ["pause", "lose", "drain"])
    func notAvailable(how: String) throws {
        var scene = Scene { $0.grace = .seconds(3600) }
        scene.register("coder", .coding)
        switch how {
        case "pause": scene.ask(.agentPause(id("coder")))
        case "drain": scene.ask(.agentDrain(id("coder")))
        default: scene.disconnect("coder")
        }
        try scene.run(Self.definition())
        scene.wait(.seconds(60))
        #expect(try code("second", &scene) == nil)
    }

    // MARK: The last one left

    @Test("waits for the grace time when the last one is unregistered, for its restart")
    func unregistered() throws {
        var scene = try scene()
        scene.ask(.agentUnregister(id("coder")))
        try expectFailure(after: .seconds(60), &scene)
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("waits longer than that where its workflow says so")
    func patient() throws {
        var scene = try scene("'agent_wait_seconds': 100, ")
        scene.ask(.agentUnregister(id("coder")))
        try expectFailure(after: .seconds(100), &scene)
    }

    @Test("goes on where the agent comes back in time")
    func restarted() throws {
        var scene = try scene()
        scene.answer(try scene.order("first"))
        scene.answer(try scene.order("second"), .failed("TRANSIENT_ERROR", "later"))
        scene.ask(.agentUnregister(id("coder")))
        scene.wait(.seconds(30))
        scene.register("coder", .coding)
        scene.workThrough()
        #expect(try scene.workflowState("w").record.completedTaskCount == 2)
    }

    @Test("waits a little when the last one did not come back within the grace time")
    func lost() throws {
        var scene = try scene()
        scene.disconnect("coder")
        try expectFailure(after: .seconds(70), &scene)
    }

    @Test("waits a little when the last one comes back as another type")
    func otherType() throws {
        var scene = try scene()
        scene.disconnect("coder")
        scene.register("coder", .review)
        try expectFailure(after: .seconds(10), &scene)
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

    // MARK: Restarts

    @Test("after a restart of the daemon waits as long as the grace time, whatever its workflow says")
    func restart() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("reviewer", .review)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'agent_wait_seconds': 0, 'tasks': [
              {'task_id': 'write', 'name': 'write', 'assigned_to': 'coding', 'timeout_seconds': 600},
              {'task_id': 'second', 'name': 'look', 'assigned_to': 'review'}]}
            """)
        let order = try scene.order("write")
        scene.feed(.stop)
        scene.restart()
        scene.register("coder", .coding, running: [order])
        scene.answer(order)
        try expectFailure(after: .seconds(60), &scene)
        #expect(try scene.workflowState("w").record.status == .completed)
    }

    @Test("has what was left of its time after a restart, beyond the grace time")
    func timeOverRestart() throws {
        var scene = Scene { $0.grace = .seconds(5) }
        try scene.run(Self.definition("'agent_wait_seconds': 100, "))
        scene.wait(.seconds(30))
        scene.restart(after: .seconds(20))
        try expectFailure(after: .seconds(50), &scene)
    }

    // MARK: Retries

    @Test("waits when its retry is due, as at first")
    func retry() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'second', 'name': 't', 'assigned_to': 'coding', 'retry': {'initial_delay_seconds': 20}}]}
            """)
        scene.ask(.agentUnregister(id("coder")))
        try expectFailure(after: .seconds(60), &scene)
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
