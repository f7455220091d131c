import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Presence")
struct PresenceTests {
    @Test("silent past its lease an agent waits, and any frame brings it back")
    func silence() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.wait(.seconds(29))
        scene.hear("coder")
        scene.wait(.seconds(29))
        #expect(scene.agent("coder")?.status == .idle)
        scene.wait(.seconds(1))
        #expect(scene.agent("coder")?.status == .waiting)
        scene.enqueue(task("t", .coding))
        #expect(scene.started.isEmpty)
        scene.hear("coder")
        #expect(scene.agent("coder")?.status == .running)
        #expect(scene.kinds == [.agentRegistered, .agentLost, .taskQueued, .agentReturned, .taskStarted])
    }

    @Test("silent or gone for the grace time an agent is failed, and its attempts are lost", arguments: [true, false])
    func grace(isGone: Bool) throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(
            task("t", .coding) {
                $0.retry = RetryPolicy(); $0.retry?.maxRetries = 0
            })
        if isGone { scene.disconnect("coder") } else { scene.wait(.seconds(30)) }
        scene.wait(.milliseconds(59_999))
        #expect(scene.agent("coder")?.status == .waiting)
        #expect(scene.agent("coder")?.running.count == 1)
        scene.wait(.milliseconds(1))
        #expect(scene.agent("coder")?.status == .failed)
        #expect(scene.agent("coder")?.running == [])
        let refusal = try scene.refusal(caller)
        #expect(refusal.code == .agentLost)
        #expect(refusal.code.isRetryable)
    }

    @Test("while nothing can be stored no agent is lost and no task times out, and afterwards both go on")
    func storeHeld() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("gone", .coding)
        scene.disconnect("gone")
        scene.dispatch(task("t", .coding) { $0.timeout = .seconds(60) })
        scene.isStoreHeld = true
        scene.wait(.seconds(3_600))
        #expect(scene.agent("coder")?.status == .running)
        #expect(scene.agent("gone")?.status == .waiting)
        #expect(scene.started == ["t"])
        scene.isStoreHeld = false
        let order = try scene.order("t")
        scene.answer(order)
        #expect(scene.agent("coder")?.completedCount == 1)
        scene.wait(.seconds(90))
        #expect(scene.agent("gone")?.status == .failed)
    }

    @Test("once the store is well again, silent agents and running tasks have a whole lease more")
    func storeHealed() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.timeout = .seconds(31) })
        scene.isStoreHeld = true
        scene.wait(.seconds(59))
        scene.healStore()
        // Put off to the next second, and to a lease after that.
        scene.wait(.milliseconds(29_999))
        #expect(scene.agent("coder")?.status == .running)
        #expect(scene.agent("coder")?.running.count == 1)
        scene.hear("coder")
        scene.wait(.milliseconds(2_500))
        #expect(scene.agent("coder")?.running.count == 0)
        scene.wait(.seconds(30))
        #expect(scene.agent("coder")?.status == .waiting)
    }

    @Test("what comes on the connection of a failed agent does not bring it back; registering does")
    func failedStaysFailed() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.wait(.seconds(90))
        scene.hear("coder")
        #expect(scene.agent("coder")?.status == .failed)
        scene.enqueue(task("t", .coding))
        #expect(scene.started.isEmpty)
        #expect(scene.register("coder", .coding)?.refusal == nil)
        #expect(scene.started == ["t"])
    }

    @Test("the heartbeat of a failed agent is refused, so that it learns to register anew")
    func failedIsTold() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let connection = Scene.connection(of: "coder")
        #expect(scene.ask(.agentHeartbeat(id("coder")), on: connection)?.refusal == nil)
        scene.wait(.seconds(90))
        let refusal = scene.ask(.agentHeartbeat(id("coder")), on: connection)?.refusal
        #expect(refusal?.code == .agentLost)
        #expect(refusal?.code.isRetryable == true)
    }

    @Test("a program that slept while another one registered its id is told to stop the work, and to register anew")
    func superseded() throws {
        var scene = Scene()
        scene.register("coder", .coding, on: 1)
        scene.dispatch(task("t", .coding) { $0.timeout = .seconds(600) })
        scene.wait(.seconds(30))
        scene.register("coder", .coding, on: 2)
        let stopped = scene.outputs.contains { output in
            if case .notify(let connection, .cancel) = output { connection == ConnectionID(1) } else { false }
        }
        #expect(stopped)
        #expect(scene.ask(.agentHeartbeat(id("coder")), on: 1)?.refusal?.code == .agentLost)
        #expect(scene.ask(.agentHeartbeat(id("coder")), on: 2)?.refusal == nil)
        #expect(scene.ask(.agentHeartbeat(id("coder")), on: 3)?.refusal == nil)
    }

    @Test("a lost attempt is tried again by another agent")
    func retriedElsewhere() throws {
        var scene = Scene()
        scene.register("a", .coding)
        scene.dispatch(task("t", .coding) { $0.timeout = .seconds(600) })
        scene.register("b", .coding)
        scene.disconnect("a")
        for _ in 0..<4 {
            scene.wait(.seconds(20))
            scene.hear("b")
        }
        #expect(scene.orders.map(\.connection.value) == ["a", "b"].map(Scene.connection))
        #expect(scene.kinds.filter { $0 == .taskRetrying }.count == 1)
    }

    @Test("the reply to a registration comes before its first order")
    func replyFirst() throws {
        var scene = Scene()
        scene.enqueue(task("t", .coding))
        scene.clearOutputs()
        scene.register("coder", .coding)
        let order = scene.outputs.compactMap { output -> String? in
            switch output {
            case .reply(_, .success(.registered)): "reply"
            case .notify(_, .execute): "order"
            case .reply, .notify, .event, .live, .log, .subscribe, .unsubscribe, .escalate, .policyRegistered,
                .policyUnregistered:
                nil
            }
        }
        #expect(order == ["reply", "order"])
    }

    @Test("unregistering ends running attempts as lost, and the agent is unknown")
    func unregister() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(
            task("t", .coding) {
                $0.retry = RetryPolicy(); $0.retry?.maxRetries = 0
            })
        scene.ask(.agentUnregister(id("coder")))
        #expect(try scene.refusal(caller).code == .agentLost)
        #expect(scene.agent("coder") == nil)
        #expect(scene.stored.agents.isEmpty)
    }

    @Test("an agent that comes back as another type keeps its work, and gets more of the new type only")
    func otherType() throws {
        var scene = Scene()
        scene.register("a", .coding)
        scene.dispatch(task("old", .coding))
        scene.enqueue(task("waits", .coding))
        scene.enqueue(task("look", .review))
        scene.disconnect("a")
        scene.register("a", .review, running: [try scene.order("old")])
        #expect(scene.agent("a")?.running.count == 1)
        scene.workThrough()
        #expect(scene.started == ["old", "look"])
        scene.register("b", .coding)
        #expect(scene.started == ["old", "look", "waits"])
    }
}
