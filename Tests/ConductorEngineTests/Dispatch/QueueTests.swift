import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Waiting for an agent")
struct QueueTests {
    @Test("the uids in turns, of each the most urgent first, and then the oldest")
    func order() throws {
        var scene = Scene()
        for (name, priority, peer) in [
            ("a1", Priority.medium, Scene.alice), ("a2", .medium, Scene.alice), ("a3", .medium, Scene.alice),
            ("b1", .medium, Scene.bob), ("low", .low, Scene.bob), ("b2", .medium, Scene.bob),
            ("urgent", .critical, Scene.alice),
        ] {
            scene.enqueue(task(name, .coding) { $0.priority = priority }, as: peer)
        }
        scene.register("coder", .coding)
        scene.workThrough()
        #expect(scene.started == ["urgent", "b1", "a1", "b2", "a2", "low", "a3"])
    }

    @Test("one user's critical work, however much there is, does not keep another's waiting")
    func criticalWork() throws {
        var scene = Scene()
        for number in 1...50 {
            scene.enqueue(task("a\(number)", .coding) { $0.priority = .critical }, as: Scene.alice)
        }
        scene.enqueue(task("b", .coding) { $0.priority = .low }, as: Scene.bob)
        scene.register("coder", .coding)
        scene.workThrough()
        #expect(scene.started.prefix(3) == ["a1", "b", "a2"])
    }

    @Test(
        "what was left of its time is left after a restart, whatever the wall clock was set to",
        arguments: [86_400, -86_400])
    func clockSet(seconds: Int) throws {
        var scene = Scene()
        let key = TaskKey(taskID: id("t"))
        _ = scene.dispatch(task("t", .coding) { $0.taskID = id("t") }) {
            $0.whenBusy = .queue
            $0.queueTimeout = .seconds(100)
        }
        scene.now.wall = scene.now.wall + .seconds(seconds)
        scene.restart(after: .seconds(40))
        scene.wait(.milliseconds(59_999))
        #expect(scene.stored.task(key)?.status == .pending)
        scene.wait(.milliseconds(1))
        #expect(scene.stored.task(key)?.status == .failed)
    }

    @Test("a task that waited for its queue timeout ends with TIMEOUT, and is recorded")
    func timeout() throws {
        var scene = Scene()
        let caller = scene.dispatch(task("t", .coding) { $0.taskID = id("t") }) {
            $0.whenBusy = .queue
            $0.queueTimeout = .seconds(5)
        }
        scene.wait(.milliseconds(4999))
        #expect(scene.answer(to: caller) == nil)
        scene.wait(.milliseconds(1))
        #expect(try scene.refusal(caller).code == .timeout)
        #expect(scene.kinds == [.taskQueued, .taskFailed])
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .failed)
        scene.register("coder", .coding)
        #expect(scene.started.isEmpty)
    }

    @Test("a task that waited for too long says for what")
    func timeoutNamesReason() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.ask(.agentPause(id("coder")))
        let caller = scene.dispatch(task("t", .coding)) {
            $0.whenBusy = .queue
            $0.queueTimeout = .seconds(1)
        }
        scene.wait(.milliseconds(999))
        scene.hear("coder")
        scene.wait(.milliseconds(1))
        #expect(
            try scene.refusal(caller).message
                == "no agent was free within 1.0 s: the only agent of type coding is paused")
    }

    @Test("a queue timeout goes on over a restart")
    func timeoutOverRestart() throws {
        var scene = Scene()
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") }) {
            $0.whenBusy = .queue
            $0.queueTimeout = .seconds(5)
        }
        scene.wait(.seconds(3))
        scene.restart(after: .seconds(1))
        scene.wait(.milliseconds(900))
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .pending)
        scene.wait(.milliseconds(100))
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .failed)
    }

    @Test("a dispatch that may not wait never overtakes those that do")
    func noOvertaking() throws {
        var scene = Scene()
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 1)))
        scene.register("coder", .coding)
        scene.register("tester", .test)
        scene.dispatch(task("running", .test))
        scene.enqueue(task("waiting", .coding))
        let hasty = scene.dispatch(task("hasty", .coding))
        #expect(try scene.refusal(hasty).code == .policyViolation)
        scene.workThrough()
        #expect(scene.started == ["running", "waiting"])
    }

    @Test("at the limit of concurrent tasks work waits, whatever its type, and goes on when one ends")
    func maxConcurrent() throws {
        var scene = Scene()
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 1)))
        scene.register("coder", .coding)
        scene.register("tester", .test)
        let first = scene.enqueue(task("first", .coding) { $0.taskID = id("first") })
        scene.enqueue(task("second", .test))
        scene.enqueue(task("third", .coding))
        #expect(scene.started == ["first"])
        scene.ask(.taskCancel(TaskKey(taskID: id("first")), reason: nil))
        #expect(try scene.refusal(first).code == .cancelled)
        #expect(scene.started == ["first", "second"])
        scene.ask(.policyUnregister(name: "MaxConcurrentTasksPolicy"))
        scene.answer(try scene.order("first"))
        #expect(scene.started == ["first", "second", "third"])
    }

    @Test("a limit of no concurrent tasks denies what waits too")
    func maxConcurrentZero() throws {
        var scene = Scene()
        scene.ask(.policyRegister(.maxConcurrentTasks(limit: 0)))
        let waiting = scene.enqueue(task("t", .coding))
        #expect(try scene.refusal(waiting).code == .policyViolation)
        #expect(scene.kinds == [.policyViolated])
    }

    @Test("a policy registered meanwhile denies a waiting task when its turn comes")
    func deniedInQueue() throws {
        var scene = Scene()
        let waiting = scene.enqueue(task("t", .coding) { $0.timeout = .seconds(100) })
        scene.ask(.policyRegister(.taskTimeout(standard: .seconds(5), maximum: .seconds(10))))
        scene.register("coder", .coding)
        #expect(try scene.refusal(waiting).code == .policyViolation)
        #expect(scene.kinds == [.taskQueued, .agentRegistered, .policyViolated, .taskFailed])
    }

    @Test("the least recently used agent gets the next task")
    func leastRecentlyUsed() throws {
        var scene = Scene()
        scene.register("a", .coding)
        scene.register("b", .coding)
        for _ in 0..<4 {
            scene.dispatch(task("t", .coding))
            scene.workThrough()
        }
        let connections = scene.orders.map(\.connection.value)
        #expect(connections == ["a", "b", "a", "b"].map(Scene.connection))
    }

    @Test("a paused agent gets no work until it is resumed, and keeps what it has")
    func pause() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 2)
        scene.dispatch(task("before", .coding))
        scene.ask(.agentPause(id("coder")))
        scene.enqueue(task("while", .coding))
        scene.answer(try scene.order("before"))
        #expect(scene.started == ["before"])
        scene.restart()
        scene.register("coder", .coding, capacity: 2)
        #expect(scene.started == ["before"])
        scene.ask(.agentResume(id("coder")))
        #expect(scene.started == ["before", "while"])
        #expect(scene.kinds.filter { $0 == .agentPaused || $0 == .agentResumed } == [.agentPaused, .agentResumed])
    }

    @Test("an agent never has more tasks than its capacity")
    func capacity() throws {
        var scene = Scene()
        scene.register("coder", .coding, capacity: 3)
        for number in 0..<5 { scene.enqueue(task("t\(number)", .coding)) }
        #expect(scene.started == ["t0", "t1", "t2"])
        scene.answer(try scene.order("t1"))
        #expect(scene.started == ["t0", "t1", "t2", "t3"])
    }
}
