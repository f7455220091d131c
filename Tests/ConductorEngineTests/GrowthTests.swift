import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Glibc
import Testing

/// Ten times as much is ten times the work, not a hundred times.
@Suite("Growth")
struct GrowthTests {
    /// What this thread has used of the processor: unlike the clock it does not see who else runs.
    private func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Compares what `work` costs for 5000 with what it costs for 500.
    private func expectLinear(_ work: (_ count: Int) throws -> Void) rethrows {
        func cost(_ count: Int) throws -> Duration {
            let start = processorTime()
            try work(count)
            return processorTime() - start
        }
        let small = try cost(500)
        let large = try cost(5000)
        #expect(large < small * 40)
    }

    @Test("a workflow of many tasks, some of which need each other")
    func workflow() throws {
        try expectLinear { count in
            var scene = Scene()
            scene.register("coder", .coding, capacity: 8)
            let tasks = (0..<count).map { number in
                let needs = number % 2 == 0 ? "" : ", 'needs': ['t\(number - 1)']"
                return "{'task_id': 't\(number)', 'name': 't', 'assigned_to': 'coding'\(needs)}"
            }
            let caller = try scene.run("{'name': 'w', 'parallelism': 8, 'tasks': [\(tasks.joined(separator: ","))]}")
            scene.workThrough()
            #expect(try scene.state(caller).record.completedTaskCount == count)
        }
    }

    @Test("many tasks whose queue timeouts fall due together")
    func queueTimeouts() {
        expectLinear { count in
            var scene = Scene()
            for number in 0..<count {
                scene.dispatch(task("t\(number)", .coding)) {
                    $0.whenBusy = .queue
                    $0.queueTimeout = .seconds(60)
                }
            }
            scene.wait(.seconds(60))
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many waiting tasks that are cancelled, the newest first")
    func cancels() {
        expectLinear { count in
            var scene = Scene()
            for number in 0..<count { scene.enqueue(task("t", .coding) { $0.taskID = id("t\(number)") }) }
            for number in (0..<count).reversed() {
                scene.ask(.taskCancel(TaskKey(taskID: id("t\(number)")), reason: nil))
            }
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many waiting tasks that one agent works through")
    func queue() {
        expectLinear { count in
            var scene = Scene()
            for number in 0..<count { scene.enqueue(task("t\(number)", .coding)) }
            scene.register("coder", .coding)
            scene.workThrough()
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many agents of one type that take turns")
    func agents() {
        expectLinear { count in
            var scene = Scene { $0.lease = .seconds(86_400) }
            for number in 0..<count { scene.register("coder-\(number)", .coding) }
            for number in 0..<count {
                scene.enqueue(task("t\(number)", .coding))
                if let order = scene.orders.last { scene.answer(order.assignment) }
            }
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many agents with a label, and as many tasks that demand it, one after another")
    func labels() {
        let demanding = task("t", .coding) { $0.agentLabels = AgentLabels([AgentLabel("gpu")].compactMap { $0 }) }
        expectLinear { count in
            var scene = Scene { $0.lease = .seconds(86_400) }
            for number in 0..<count { scene.register("coder-\(number)", .coding, labels: ["gpu"]) }
            for _ in 0..<count {
                scene.enqueue(demanding)
                if let order = scene.orders.last { scene.answer(order.assignment) }
            }
            #expect(scene.orders.count == count)
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many agents, and a task for each by its id")
    func ids() {
        expectLinear { count in
            var scene = Scene { $0.lease = .seconds(86_400) }
            for number in 0..<count { scene.register("coder-\(number)", .coding) }
            for number in 0..<count {
                scene.enqueue(
                    task("t", .coding) {
                        $0.agentLabels = AgentLabels([AgentLabel("id=coder-\(number)")].compactMap { $0 })
                    })
                if let order = scene.orders.last { scene.answer(order.assignment) }
            }
            #expect(scene.orders.count == count)
            #expect(scene.stored.state.tasks.isEmpty)
        }
    }

    @Test("many agents on one connection, which says something for each and goes away")
    func connection() {
        expectLinear { count in
            var scene = Scene()
            for number in 0..<count { scene.register("coder-\(number)", .coding, on: 7) }
            for _ in 0..<count { scene.feed(.leaseRenewed(ConnectionID(7))) }
            scene.feed(.disconnected(ConnectionID(7)))
            #expect(scene.kinds.count { $0 == .agentLost } == count)
        }
    }

    @Test("an agent that comes back with many attempts")
    func adoption() {
        expectLinear { count in
            var scene = Scene()
            scene.register("coder", .coding, capacity: count)
            for number in 0..<count { scene.enqueue(task("t\(number)", .coding)) }
            let held = scene.assignments
            scene.disconnect("coder")
            scene.register("coder", .coding, capacity: count, running: held)
            #expect(scene.kinds.count { $0 == .taskAdopted } == count)
        }
    }

    @Test("an agent that is lost with many attempts")
    func loss() {
        expectLinear { count in
            var scene = Scene()
            scene.register("coder", .coding, capacity: count)
            for number in 0..<count { scene.enqueue(task("t\(number)", .coding)) }
            scene.disconnect("coder")
            scene.wait(.seconds(60))
            #expect(scene.kinds.count { $0 == .taskRetrying } == count)
        }
    }

    @Test("a chain of many tasks, each of which needs the one before")
    func chain() throws {
        try expectLinear { count in
            var scene = Scene()
            scene.register("coder", .coding, capacity: 8)
            let tasks = (0..<count).map { number in
                let needs = number == 0 ? "" : ", 'needs': ['t\(number - 1)']"
                return "{'task_id': 't\(number)', 'name': 't', 'assigned_to': 'coding'\(needs)}"
            }
            let caller = try scene.run("{'name': 'w', 'parallelism': 8, 'tasks': [\(tasks.joined(separator: ","))]}")
            scene.workThrough()
            #expect(try scene.state(caller).record.completedTaskCount == count)
        }
    }
}
