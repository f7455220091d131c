import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("A new configuration")
struct ReconfigurationTests {
    @Test("its lease holds for agents that register from now on; the others keep what they were told")
    func lease() {
        var scene = Scene()
        scene.register("early", .coding)
        scene.reconfigure { $0.lease = .seconds(5) }
        guard case .success(.registered(_, let told, _)) = scene.register("late", .coding) else {
            Issue.record("not registered")
            return
        }
        #expect(told == .seconds(5))
        scene.wait(.seconds(5))
        #expect(scene.agent("late")?.status == .waiting)
        #expect(scene.agent("early")?.status == .idle)
        scene.hear("late")
        scene.wait(.seconds(5))
        #expect(scene.agent("late")?.status == .waiting)
        scene.wait(.seconds(20))
        #expect(scene.agent("early")?.status == .waiting)
    }

    @Test("its grace time holds for agents that go away from now on")
    func grace() {
        var scene = Scene()
        scene.register("early", .coding)
        scene.register("late", .coding)
        scene.disconnect("early")
        scene.reconfigure { $0.grace = .seconds(5) }
        scene.disconnect("late")
        scene.wait(.seconds(5))
        #expect(scene.agent("late")?.status == .failed)
        #expect(scene.agent("early")?.status == .waiting)
    }

    @Test("tasks that say nothing of retries are tried again as it says, those that do as they say")
    func retry() throws {
        var scene = Scene.patient("coder", capacity: 2)
        scene.reconfigure {
            $0.retry.maxRetries = 1
            $0.retry.initialDelay = .seconds(7)
            $0.retry.retryableErrors = ["MINE"]
        }
        let plain = scene.dispatch(task("plain", .coding))
        let own = scene.dispatch(task("own", .coding) { $0.retry = .never })
        scene.workThrough { _ in .failed("MINE", "again") }
        #expect(try scene.result(own).attempt == 1)
        #expect(scene.answer(to: plain) == nil)
        scene.wait(.milliseconds(6_999))
        #expect(scene.started == ["plain", "own"])
        scene.wait(.seconds(1))
        scene.workThrough { _ in .failed("MINE", "again") }
        #expect(try scene.result(plain).attempt == 2)
        #expect(scene.started == ["plain", "own", "plain"])
    }

    @Test("breakers open and close by its numbers, and those that are open are tried again when it says")
    func breaker() throws {
        var scene = Scene.patient("coder")
        scene.reconfigure {
            $0.breaker.failuresToOpen = 2
            $0.breaker.successesToClose = 1
        }
        scene.tryOnce(.failed("TRANSIENT_ERROR", "again"))
        scene.tryOnce(.failed("TRANSIENT_ERROR", "again"))
        let opened = scene.now.wall
        #expect(try scene.breaker("coder") == .open(at: opened, failures: 2))
        scene.wait(.seconds(4))
        scene.reconfigure { $0.breaker.openDuration = .seconds(5) }
        scene.wait(.milliseconds(999))
        #expect(try scene.breaker("coder") == .open(at: opened, failures: 2))
        scene.wait(.milliseconds(1))
        #expect(try scene.breaker("coder") == .halfOpen(openedAt: opened, failures: 2, successes: 0))
        scene.tryOnce(.completed)
        #expect(try scene.breaker("coder") == .closed(failures: 0))
    }

    @Test("its policies take the place of the earlier configuration's; those registered at run time stay above")
    func policies() throws {
        var scene = Scene { $0.policies = [.agentAvailability, .maxConcurrentTasks(limit: 3)] }
        scene.ask(.policyRegister(.phaseGate(requiredSuccessRate: 0.5)), as: Scene.root)
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 9)), as: Scene.root)
        #expect(
            try scene.policies() == [
                .agentAvailability, .maxConcurrentTasks(limit: 9), .phaseGate(requiredSuccessRate: 0.5),
            ])
        let standard = Policy.taskTimeout(standard: .seconds(5), maximum: .seconds(10))
        scene.reconfigure { $0.policies = [standard, .maxConcurrentTasks(limit: 4)] }
        let expected = [.maxConcurrentTasks(limit: 9), .phaseGate(requiredSuccessRate: 0.5), standard]
        #expect(try scene.policies() == expected)
        scene.restart()
        #expect(try scene.policies() == expected)
        scene.reconfigure { $0.policies = [] }
        scene.restart()
        #expect(try scene.policies() == [.maxConcurrentTasks(limit: 9), .phaseGate(requiredSuccessRate: 0.5)])
    }

    @Test("a policy of it that is unregistered is gone until it is read again")
    func unregistered() throws {
        var scene = Scene { $0.policies = [.agentAvailability] }
        let request = Request.policyUnregister(name: "AgentAvailabilityPolicy")
        guard case .success(.unregistered(true)) = scene.ask(request, as: Scene.root) else {
            Issue.record("not unregistered")
            return
        }
        #expect(try scene.policies() == [])
        scene.reconfigure { _ in }
        #expect(try scene.policies() == [.agentAvailability])
    }

    @Test("work starts that it no longer holds back")
    func heldBack() {
        var scene = Scene { $0.policies = [.maxConcurrentTasks(limit: 1)] }
        scene.register("coder", .coding, capacity: 2)
        scene.enqueue(task("a", .coding))
        scene.enqueue(task("b", .coding))
        #expect(scene.started == ["a"])
        scene.reconfigure { $0.policies = [] }
        #expect(scene.started == ["a", "b"])
    }

    @Test("a limit below what there is refuses more, and takes nothing away")
    func limits() {
        var scene = Scene()
        scene.register("a", .coding)
        scene.register("b", .coding)
        scene.reconfigure { $0.limits.maxAgents = 1 }
        #expect(scene.register("c", .coding)?.refusal?.code == .quotaExceeded)
        #expect(scene.agent("a") != nil && scene.agent("b") != nil)
    }

    @Test("the same acts around it leave the same trace")
    func deterministic() {
        func trace() -> [EventKind] {
            var scene = Scene.patient("coder")
            scene.tripBreaker()
            for seconds in [30, 20, 10] {
                scene.enqueue(task("t", .coding))
                scene.reconfigure { $0.breaker.openDuration = .seconds(seconds) }
                scene.wait(.seconds(5))
            }
            return scene.kinds
        }
        #expect(trace() == trace())
        #expect(trace().contains(.breakerHalfOpened))
    }
}

extension Scene {
    fileprivate mutating func reconfigure(_ change: (inout EngineConfiguration) -> Void) {
        var configuration = engine.configuration
        change(&configuration)
        feed(.reconfigured(configuration))
    }

    fileprivate mutating func policies() throws -> [Policy] {
        guard case .success(.policies(let policies)) = ask(.policyList) else { throw Missing("the policies") }
        return policies
    }
}
