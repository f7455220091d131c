import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("An agent that is about to stop")
struct DrainTests {
    private static func reference(_ order: TaskAssignment) -> AttemptReference {
        AttemptReference(taskID: order.task.taskID ?? id("none"), attempt: order.attempt, token: order.token)
    }

    @Test("gets nothing more, finishes what runs, and is shown as draining")
    func drain() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 2)
        let running = scene.enqueue(task("running", .coding))
        scene.ask(.agentDrain(id("coder")))
        scene.enqueue(task("later", .coding))
        #expect(scene.started == ["running"])
        #expect(scene.agent("coder")?.isDraining == true)
        #expect(scene.agent("coder")?.status == .running)
        scene.answer(try scene.order("running"))
        #expect(try scene.result(running).status == .completed)
        #expect(scene.started == ["running"])
        scene.register("other", .coding)
        #expect(scene.started == ["running", "later"])
    }

    @Test("is drained by its own user or an operator, by nobody else")
    func whoDrains() {
        var scene = Scene()
        scene.register("coder", .coding)
        let stranger = Peer(uid: 1002, gid: 1002, pid: 7, role: .agent)
        #expect(scene.ask(.agentDrain(id("coder")), as: stranger)?.refusal?.code == .permissionDenied)
        #expect(scene.ask(.agentDrain(id("coder")), as: Scene.bob)?.refusal == nil)
        #expect(scene.ask(.agentDrain(id("nobody")), as: Scene.bob)?.refusal?.code == .notFound)
    }

    @Test("stays so after a restart of the daemon when it registers as draining, and no longer when it does not")
    func restart() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let work = scene.enqueue(task("t", .coding))
        scene.ask(.agentDrain(id("coder")))
        let order = try scene.order("t")
        scene.restart()
        var registration = AgentRegistration(agentID: id("coder"), agentType: .coding)
        registration.running = [Self.reference(order)]
        registration.isDraining = true
        scene.ask(.agentRegister(registration), on: 7)
        scene.enqueue(task("later", .coding))
        scene.answer(order)
        #expect(scene.stored.task(TaskKey(taskID: order.task.taskID ?? id("none")))?.status == .completed)
        #expect(scene.answer(to: work) == nil, "its caller's connection is gone")
        #expect(scene.started == ["t"])
        scene.feed(.disconnected(ConnectionID(7)))
        scene.register("coder", .coding)
        #expect(scene.started == ["t", "later"])
    }

    @Test("an operator resumes it")
    func resume() {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.ask(.agentDrain(id("coder")))
        scene.enqueue(task("t", .coding))
        scene.ask(.agentResume(id("coder")))
        #expect(scene.started == ["t"])
        #expect(scene.agent("coder")?.isDraining == false)
    }
}

@Suite("A task that its agent returns unbegun")
struct ReturnTests {
    private static func giveBack(_ order: TaskAssignment, _ scene: inout Scene, as peer: Peer = Scene.alice) -> Bool? {
        let reference = AttemptReference(
            taskID: order.task.taskID ?? id("none"), attempt: order.attempt, token: order.token)
        guard case .success(.returned(let done)) = scene.ask(.taskReturn(reference), on: 50, as: peer) else {
            return nil
        }
        return done
    }

    private static func single(_ name: String) -> TaskDefinition {
        task(name, .coding) { task in
            task.taskID = id(name)
            var retry = RetryPolicy()
            retry.maxRetries = 0
            task.retry = retry
        }
    }

    @Test("is requeued and not counted, so that another agent has all its attempts")
    func uncounted() throws {
        var scene = Scene()
        scene.register("leaving", .coding)
        let caller = scene.dispatch(Self.single("t"))
        scene.ask(.agentDrain(id("leaving")))
        let order = try scene.order("t")
        #expect(Self.giveBack(order, &scene) == true)
        #expect(scene.agent("leaving")?.running == [])
        #expect(scene.agent("leaving")?.errorCount == 0)
        scene.register("staying", .coding)
        scene.answer(try scene.order("t"))
        #expect(try scene.result(caller).agentID == id("staying"))
        #expect(try scene.result(caller).attempt == 2)
    }

    @Test("for the fourth time counts as lost")
    func bound() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(Self.single("t"))
        for _ in 0..<3 { #expect(Self.giveBack(try scene.order("t"), &scene) == true) }
        #expect(scene.started.count == 4)
        scene.restart()
        scene.register("coder", .coding, running: [try scene.order("t")])
        #expect(Self.giveBack(try scene.order("t"), &scene) == true)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.outcome?.result.errorCode == "AGENT_LOST")
        #expect(scene.answer(to: caller) == nil, "its caller's connection is gone")
    }

    @Test("is left alone where it was returned already, is another's, or has ended")
    func stale() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(Self.single("t"))
        let first = try scene.order("t")
        #expect(Self.giveBack(first, &scene, as: Scene.bob) == nil)
        #expect(Self.giveBack(first, &scene) == true)
        #expect(Self.giveBack(first, &scene) == false)
        scene.answer(try scene.order("t"))
        #expect(Self.giveBack(try scene.order("t"), &scene) == false)
    }
}
