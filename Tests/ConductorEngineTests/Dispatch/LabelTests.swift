import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Labels")
struct LabelTests {
    private static func demanding(_ labels: String..., named name: String = "t", priority: Priority = .medium)
        -> TaskDefinition
    {
        task(name, .test) { task in
            task.agentLabels = AgentLabels(labels.compactMap { AgentLabel($0) })
            task.priority = priority
        }
    }

    private func agent(of name: String, _ scene: Scene) throws -> AgentID? {
        let order = try scene.order(name)
        return scene.events.last { $0.kind == .taskStarted && $0.taskID == order.task.taskID }?.agentID
    }

    @Test("a task is given to an agent that has all of its labels, though others were free for longer")
    func all() throws {
        var scene = Scene()
        scene.register("plain", .test)
        scene.register("small", .test, labels: ["gpu"])
        scene.register("large", .test, labels: ["gpu", "arch=arm64", "ssd"])
        scene.dispatch(Self.demanding("arch=arm64", "gpu"))
        #expect(try agent(of: "t", scene) == id("large"))
    }

    @Test("an agent is chosen by its id, and none of another id has that label")
    func byID() throws {
        var scene = Scene()
        scene.register("a", .test)
        scene.register("b", .test)
        scene.dispatch(Self.demanding("id=b"))
        #expect(try agent(of: "t", scene) == id("b"))
        let caller = scene.dispatch(Self.demanding("id=c", named: "u"))
        let refusal = try scene.refusal(caller)
        #expect(refusal.code == .noAvailableAgent)
        #expect(refusal.message == "no agent of type test with label id=c is registered")
        #expect(refusal.details["agent_labels"] == .text("id=c"))
    }

    @Test("whoever may not wait is told that the only agent with the labels is busy")
    func busy() throws {
        var scene = Scene()
        scene.register("plain", .test)
        scene.register("gpu", .test, labels: ["gpu", "ssd"])
        scene.dispatch(Self.demanding("gpu"))
        let caller = scene.dispatch(Self.demanding("gpu", "ssd"))
        #expect(
            try scene.refusal(caller).message == "the only agent of type test with labels gpu, ssd is busy")
    }

    @Test("a task that no free agent may take holds up none of those after it")
    func passedOver() throws {
        var scene = Scene()
        scene.register("plain", .test)
        scene.enqueue(Self.demanding("gpu", named: "first", priority: .critical))
        scene.enqueue(Self.demanding(named: "second"))
        #expect(scene.started == ["second"])
        scene.enqueue(Self.demanding(named: "third"))
        scene.answer(try scene.order("second"))
        #expect(scene.started == ["second", "third"])
        scene.register("gpu", .test, labels: ["gpu"])
        #expect(scene.started == ["second", "third", "first"])
    }

    @Test("users take turns whatever they demand: many demands are not many turns")
    func fair() throws {
        var scene = Scene()
        scene.register("host", .test, labels: ["a", "b", "c"])
        scene.dispatch(Self.demanding(named: "busy"))
        for label in ["a", "b", "c"] { scene.enqueue(Self.demanding(label, named: label)) }
        for name in ["x", "y"] { scene.enqueue(Self.demanding(named: name), as: Scene.bob) }
        scene.workThrough()
        #expect(scene.started == ["busy", "a", "x", "b", "y", "c"])
    }

    @Test("of one user the most urgent is first, and then the oldest, whatever they demand")
    func order() throws {
        var scene = Scene()
        scene.register("host", .test, labels: ["a", "b"])
        scene.dispatch(Self.demanding(named: "busy"))
        scene.enqueue(Self.demanding("a", named: "1"))
        scene.enqueue(Self.demanding("b", named: "2"))
        scene.enqueue(Self.demanding(named: "3", priority: .high))
        scene.enqueue(Self.demanding("a", named: "4"))
        scene.enqueue(Self.demanding("b", named: "5", priority: .high))
        scene.workThrough()
        #expect(scene.started == ["busy", "3", "5", "1", "2", "4"])
    }

    @Test("an agent that registers anew with other labels is chosen by these")
    func anew() throws {
        var scene = Scene()
        scene.register("host", .test, labels: ["old"])
        scene.enqueue(Self.demanding("new", named: "waits"))
        scene.disconnect("host")
        scene.register("host", .test, labels: ["new"])
        #expect(scene.started == ["waits"])
        #expect(scene.agent("host")?.labels.description == "new")
        let caller = scene.dispatch(Self.demanding("old"))
        #expect(try scene.refusal(caller).details["reason"] == .text("no_agent"))
    }

    @Test("after a restart agents have their labels, and tasks wait for them")
    func restart() throws {
        var scene = Scene()
        scene.register("gpu", .test, labels: ["gpu"])
        scene.dispatch(Self.demanding("gpu", named: "runs"))
        scene.enqueue(Self.demanding("gpu", named: "waits"))
        let running = try scene.order("runs")
        scene.restart()
        #expect(scene.agent("gpu")?.labels.description == "gpu")
        scene.register("plain", .test)
        scene.register("gpu", .test, labels: ["gpu"], running: [running])
        #expect(scene.started == ["runs"])
        scene.answer(running)
        #expect(scene.started == ["runs", "waits"])
        #expect(try agent(of: "waits", scene) == id("gpu"))
    }

    @Test("a workflow's tasks wait agent_wait_seconds for an agent with their labels, and fail then")
    func workflow() throws {
        var scene = Scene()
        scene.register("plain", .test)
        let caller = try scene.run(
            """
            {'name': 'w', 'agent_wait_seconds': 5, 'parallelism': 2, 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'test', 'agent_labels': ['gpu']},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'test'}]}
            """)
        #expect(scene.started == ["b"])
        scene.answer(try scene.order("b"))
        scene.wait(.seconds(4))
        #expect(scene.answer(to: caller) == nil)
        scene.wait(.seconds(2))
        let result = try #require(try scene.state(caller).result("a"))
        #expect(result.errorCode == "NO_AVAILABLE_AGENT")
        #expect(result.errorMessage == "no agent of type test with label gpu was registered in time")
    }

    @Test("a workflow learns that the last agent with its labels has left")
    func lastLeft() throws {
        var scene = Scene { $0.grace = .seconds(20) }
        scene.register("plain", .test)
        scene.register("gpu", .test, labels: ["gpu"])
        scene.dispatch(Self.demanding("gpu", named: "busy"))
        let caller = try scene.run(
            """
            {'name': 'w', 'agent_wait_seconds': 5, 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'test', 'agent_labels': ['gpu']}]}
            """)
        scene.wait(.seconds(10))
        scene.ask(.agentUnregister(id("gpu"), isReleased: false))
        scene.wait(.seconds(19))
        #expect(scene.answer(to: caller) == nil)
        scene.wait(.seconds(2))
        #expect(try scene.state(caller).result("a")?.errorCode == "NO_AVAILABLE_AGENT")
    }

    @Test("as many different demands as the limit are taken of one user, and one more is refused until one has ended")
    func demandsOfUser() throws {
        var scene = Scene { $0.limits.maxAgentDemandsPerUID = 2 }
        scene.enqueue(Self.demanding("a", named: "a"))
        scene.enqueue(Self.demanding("b", named: "b"))
        let third = scene.enqueue(Self.demanding("c"))
        #expect(try scene.refusal(third).details["quota"] == .text("max_agent_demands_per_uid"))
        scene.enqueue(Self.demanding("a"))
        scene.enqueue(Self.demanding())
        scene.enqueue(Self.demanding("c"), as: Scene.bob)
        scene.register("host", .test, labels: ["a"])
        scene.workThrough()
        scene.enqueue(Self.demanding("c", named: "taken"))
        scene.register("host", .test, on: 7, labels: ["c"])
        let workflow = try scene.run(
            """
            {'name': 'w', 'tasks': [{'name': 'x', 'assigned_to': 'test', 'agent_labels': ['x']},
              {'name': 'y', 'assigned_to': 'test', 'agent_labels': ['y']}]}
            """)
        #expect(try scene.refusal(workflow).details["quota"] == .text("max_agent_demands_per_uid"))
    }

    @Test("of all users' demands root may have the last one, and one more is refused")
    func demandsOfAll() throws {
        var scene = Scene { $0.limits.maxAgentDemands = 3 }
        for label in ["a", "b", "c"] { scene.enqueue(Self.demanding(label), as: Scene.root) }
        let fourth = scene.enqueue(Self.demanding("d"), as: Scene.root)
        #expect(try scene.refusal(fourth).details["quota"] == .text("max_agent_demands"))
    }
}
