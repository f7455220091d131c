import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Why a task waits")
struct WaitingTests {
    private static func wait(_ task: String, in workflow: String? = nil, _ scene: inout Scene) throws -> TaskWait? {
        let key = TaskKey(workflowID: workflow.map { id($0) }, taskID: id(task))
        guard case .success(.task(let view)) = scene.ask(.taskGet(key), on: 9999) else { throw Missing("task \(task)") }
        return view.wait
    }

    private static func named(_ name: String, _ type: AgentType = .coding) -> TaskDefinition {
        task(name, type) { $0.taskID = id(name) }
    }

    @Test(
        "is told of an agent: busy, paused, about to stop, gone, its breaker open, or none registered",
        arguments: [
            ("busy", TaskWait.Reason.agentFull), ("pause", .agentPaused), ("drain", .agentDraining),
            ("lose", .agentDisconnected), ("trip", .breakerOpen), ("none", .noAgent),
        ])
    func agents(what: String, reason: TaskWait.Reason) throws {
        var scene = Scene { $0.lease = .seconds(3600) }
        if what != "none" { scene.register("coder", .coding) }
        switch what {
        case "busy": scene.dispatch(task("other", .coding))
        case "pause": scene.ask(.agentPause(id("coder")))
        case "drain": scene.ask(.agentDrain(id("coder")))
        case "lose": scene.disconnect("coder")
        case "trip": scene.tripBreaker()
        default: break
        }
        scene.enqueue(Self.named("t"))
        let wait = try #require(try Self.wait("t", &scene))
        #expect(wait.reason == reason)
        #expect(wait.message.contains("of type coding"))
        #expect(wait.until == scene.now.wall + .seconds(3600))
        let hasty = scene.dispatch(task("hasty", .coding))
        let refused = try scene.refusal(hasty)
        #expect(refused.details["reason"] == .text(reason.rawValue))
        #expect(refused.message == wait.message)
    }

    @Test("is told of a policy, and of a retry with its time")
    func others() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 3)
        scene.dispatch(task("other", .coding))
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 1)), as: Scene.root)
        scene.enqueue(Self.named("held"))
        #expect(try Self.wait("held", &scene)?.reason == .policy)
        scene.answer(try scene.order("other"))
        #expect(try Self.wait("held", &scene) == nil)
        scene.answer(try scene.order("held"), .failed("TRANSIENT_ERROR", "later"))
        let retry = try #require(try Self.wait("held", &scene))
        #expect(retry.reason == .retry)
        #expect(try #require(retry.until) > scene.now.wall)
    }

    @Test("is told of the agents that tasks before it wait for too")
    func behindOthers() throws {
        var scene = Scene()
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding'}]}
            """)
        #expect(try Self.wait("a", in: "w", &scene)?.reason == .noAgent)
        #expect(try Self.wait("b", in: "w", &scene)?.reason == .noAgent)
    }

    @Test("is told of the workflow: needs, phase, slots, a pause, a gate")
    func workflows() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 5)
        scene.register("ops", .devops)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'gate': {'required_success_rate': 1}, 'on_gate_blocked': 'approve',
             'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding', 'needs': ['a']},
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'coding'},
              {'task_id': 'd', 'name': 'd', 'assigned_to': 'devops'}]}
            """)
        #expect(try Self.wait("a", in: "w", &scene) == nil)
        #expect(try Self.wait("b", in: "w", &scene)?.reason == .needs)
        #expect(try Self.wait("c", in: "w", &scene)?.reason == .parallelism)
        #expect(try Self.wait("d", in: "w", &scene)?.reason == .phase)
        scene.ask(.workflowPause(id("w")))
        #expect(try Self.wait("c", in: "w", &scene)?.reason == .paused)
        scene.ask(.workflowResume(id("w")))
        scene.workThrough { $0.task.name == "c" ? .failed("MINE", "no") : .completed }
        #expect(try Self.wait("d", in: "w", &scene)?.reason == .gate)
    }

    @Test("is in the event of its being queued")
    func event() throws {
        var scene = Scene()
        scene.enqueue(Self.named("t"))
        let data = try #require(try scene.events.last { $0.kind == .taskQueued }?.data.parsed())
        #expect(data["waiting"]?["reason"]?.string == "no_agent")
    }

    @Test("lists tell it too, and nothing of what has ended meanwhile")
    func lists() throws {
        var scene = Scene()
        scene.enqueue(Self.named("t"))
        guard case .success(.tasks(let tasks, _)) = scene.ask(.taskList(TaskQuery())) else { throw Missing("a list") }
        #expect(tasks.map(\.wait?.reason) == [.noAgent])
    }
}
