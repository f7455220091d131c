import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Coming back")
struct AdoptionTests {
    private func adopted(_ reply: Result<Reply, Refusal>?) -> [TaskID]? {
        guard case .success(.registered(_, _, let adopted)) = reply else { return nil }
        return adopted
    }

    @Test("after a restart an agent's named attempt is adopted and its result counts")
    func adoption() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let order = try scene.order("t")
        scene.restart()
        #expect(scene.agent("coder")?.status == .waiting)
        #expect(adopted(scene.register("coder", .coding, running: [order])) == [id("t")])
        #expect(scene.agent("coder")?.status == .running)
        scene.answer(order)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.outcome?.result.attempt == 1)
        #expect(scene.kinds.suffix(3) == [.agentReturned, .taskAdopted, .taskCompleted])
    }

    @Test("after a restart an attempt that is not named is queued again, uncounted, and given to whoever is free")
    func requeued() throws {
        var scene = Scene()
        scene.register("a", .coding)
        scene.dispatch(
            task("t", .coding) {
                $0.taskID = id("t"); $0.retry = RetryPolicy(); $0.retry?.maxRetries = 0
            })
        let first = try scene.order("t")
        scene.restart()
        scene.register("b", .coding)
        #expect(adopted(scene.register("a", .review)) == [])
        #expect(scene.orders.last?.connection.value == Scene.connection(of: "b"))
        #expect(scene.assignments.last?.attempt == 2)
        #expect(scene.answer(first)?.refusal?.code == .staleAttempt)
        scene.answer(try scene.order("t"))
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .completed)
        #expect(scene.agent("a")?.errorCount == 0)
    }

    @Test("without a restart an attempt that is not named is lost")
    func lost() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(
            task("t", .coding) {
                $0.retry = RetryPolicy(); $0.retry?.maxRetries = 0
            })
        scene.disconnect("coder")
        scene.register("coder", .coding)
        #expect(try scene.refusal(caller).code == .agentLost)
        #expect(scene.agent("coder")?.errorCount == 1)
    }

    @Test("attempts that are no longer current are not adopted")
    func ignored() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let order = try scene.order("t")
        scene.ask(.taskCancel(TaskKey(taskID: id("t")), reason: nil))
        scene.restart()
        #expect(adopted(scene.register("coder", .coding, running: [order])) == [])
        #expect(scene.agent("coder")?.status == .idle)
    }

    @Test("a result that was ready while the daemon was down counts, even past the task's deadline")
    func finishedMeanwhile() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(
            task("t", .coding) {
                $0.taskID = id("t"); $0.timeout = .seconds(5)
            })
        let order = try scene.order("t")
        scene.restart(after: .seconds(3600))
        scene.wait(.seconds(1))
        #expect(adopted(scene.register("coder", .coding, running: [order])) == [id("t")])
        scene.answer(order)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .completed)
    }

    @Test("an agent that does not come back after a restart is failed after the grace time")
    func neverBack() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(
            task("t", .coding) {
                $0.taskID = id("t")
                $0.timeout = .seconds(600)
                $0.retry = RetryPolicy()
                $0.retry?.maxRetries = 0
            })
        scene.restart()
        scene.wait(.seconds(60))
        #expect(scene.agent("coder")?.status == .failed)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.outcome?.refusal == .agentLost)
    }

    @Test("the stop of the daemon clears idle agents, and those at work are waited for")
    func stop() throws {
        var scene = Scene()
        scene.register("idle", .review)
        scene.register("busy", .coding)
        scene.wait(.seconds(28))
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let stopping = scene.feed(.stop).outputs.compactMap { output in
            if case .notify(_, .stopping) = output { true } else { nil }
        }
        #expect(stopping.count == 2)
        #expect(scene.agent("idle") == nil)
        #expect(scene.agent("busy")?.status == .waiting)
        scene.wait(.seconds(5))
        scene.restart()
        #expect(adopted(scene.register("busy", .coding, running: [try scene.order("t")])) == [id("t")])
    }

    @Test("a result that comes while the daemon stops is taken, and its workflow goes on after the next start")
    func resultWhileStopping() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("reviewer", .review)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'when_busy': 'fail', 'tasks': [
              {'name': 'write', 'assigned_to': 'coding'}, {'name': 'look', 'assigned_to': 'review'},
              {'name': 'again', 'assigned_to': 'coding'}]}
            """)
        scene.feed(.stop)
        guard case .success(.recorded) = scene.answer(try scene.order("write")) else { throw Missing("recorded") }
        #expect(scene.started == ["write"])
        scene.restart()
        scene.register("reviewer", .review)
        scene.workThrough()
        #expect(scene.started == ["write", "look"])
        scene.register("coder", .coding)
        scene.workThrough()
        let state = try scene.workflowState("w")
        #expect(state.record.status == .completed)
        #expect(state.record.completedTaskCount == 3)
        #expect(state.record.errorLog.isEmpty)
    }
}
