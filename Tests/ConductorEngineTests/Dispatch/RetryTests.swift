import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Retries")
struct RetryTests {
    /// The delays that the events told, one for each retry.
    private func delays(_ scene: Scene) -> [Double] {
        scene.events.filter { $0.kind == .taskRetrying }.compactMap {
            (try? $0.data.parsed())?["delay_seconds"]?.double
        }
    }

    @Test("the wait doubles, with up to a tenth of jitter, and the budget of three is kept")
    func backoff() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(task("t", .coding))
        for _ in 0..<4 {
            scene.hear("coder")
            scene.answer(try scene.order("t"), .failed("TRANSIENT_ERROR", "again"))
            scene.wait(.seconds(5))
        }
        #expect(scene.orders.count == 4)
        for (delay, base) in zip(delays(scene), [1.0, 2.0, 4.0]) { #expect((base...base * 1.1).contains(delay)) }
        #expect(delays(scene).count == 3)
        let result = try scene.result(caller)
        #expect(result.status == .failed)
        #expect(result.errorCode == "TRANSIENT_ERROR")
        #expect(result.attempt == 4)
    }

    @Test("the wait never passes max_delay_seconds, and a task may bring codes of its own")
    func ownPolicy() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(
            task("t", .coding) {
                $0.retry = RetryPolicy()
                $0.retry?.maxRetries = 2
                $0.retry?.initialDelay = .seconds(2)
                $0.retry?.maxDelay = .seconds(3)
                $0.retry?.retryableErrors = ["MINE"]
            })
        for _ in 0..<3 {
            scene.answer(try scene.order("t"), .failed("MINE", "again"))
            scene.wait(.seconds(3))
        }
        #expect(delays(scene).count == 2)
        #expect(delays(scene).allSatisfy { $0 <= 3 })
        #expect(delays(scene).last == 3)
    }

    @Test("a FAILED result whose code is not retryable is plain data: no retry, no escalation, no error of the agent")
    func plainFailure() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(task("t", .coding))
        scene.answer(try scene.order("t"), .failed("MINE", "no"))
        #expect(try scene.result(caller).errorCode == "MINE")
        #expect(scene.agent("coder")?.errorCount == 0)
        #expect(scene.agent("coder")?.failedCount == 1)
        #expect(!scene.outputs.contains { if case .escalate = $0 { true } else { false } })
    }

    @Test("what an agent refuses is escalated")
    func escalation() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        scene.answer(try scene.order("t"), .rejected("no"))
        let escalations = scene.outputs.compactMap {
            if case .escalate(let escalation) = $0 { escalation } else { nil }
        }
        #expect(escalations.map(\.errorCode) == ["TASK_VALIDATION_FAILED"])
        #expect(escalations.first?.agentID == id("coder"))
    }

    @Test("an attempt that is not answered in time is TASK_TIMEOUT: its agent is told, and it is tried again")
    func timeout() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(
            task("t", .coding) {
                $0.timeout = .seconds(5); $0.retry = once
            })
        scene.wait(.seconds(5))
        let cancelled = scene.outputs.contains { output in
            if case .notify(_, .cancel(_, _, 1, "timeout")) = output { true } else { false }
        }
        #expect(cancelled)
        #expect(scene.answer(try scene.order("t"))?.refusal?.code == .staleAttempt)
        scene.wait(.seconds(2))
        #expect(scene.orders.count == 2)
        scene.wait(.seconds(5))
        let result = try scene.result(caller)
        #expect(result.errorCode == "TASK_TIMEOUT")
        #expect(result.agentID == .coordinator)
        #expect(scene.agent("coder")?.errorCount == 2)
    }

    private var once: RetryPolicy {
        var policy = RetryPolicy()
        policy.maxRetries = 1
        return policy
    }

    @Test("a retry waits over a restart, and no longer than it would have")
    func overRestart() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding))
        scene.answer(try scene.order("t"), .failed("LLM_TIMEOUT", "later"))
        scene.restart()
        scene.register("coder", .coding)
        #expect(scene.orders.count == 1)
        scene.wait(.milliseconds(1100))
        #expect(scene.orders.count == 2)
        #expect(scene.assignments.last?.attempt == 2)
    }
}
