import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("A dead letter")
struct DeadLetterTests {
    private static let error = WorkAnswer.failed("LLM_TIMEOUT", "too slow")

    /// A task that was given up, and its letter.
    private func scene() throws -> (Scene, DeadLetter) {
        var scene = Scene.patient("coder")
        scene.dispatch(
            task("t", .coding) {
                $0.taskID = id("t")
                $0.retry = .never
            })
        scene.answer(try scene.order("t"), Self.error)
        let letter = try #require(try scene.deadLetters().first)
        return (scene, letter)
    }

    @Test("tells which task was given up, and why")
    func content() throws {
        var scene = Scene.patient("coder")
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        for _ in 0..<4 {
            #expect(try scene.deadLetters().isEmpty)
            scene.answer(try scene.order("t"), Self.error)
            scene.wait(.seconds(5))
        }
        let letter = try #require(try scene.deadLetters().first)
        #expect(letter.key == TaskKey(taskID: id("t")) && letter.agentID == id("coder") && letter.attempt == 4)
        #expect(letter.errorCode == "LLM_TIMEOUT" && letter.errorMessage == "too slow")
        #expect(try letter.task.parsed()["name"]?.string == "t")
        #expect(scene.stored.counts.deadLetters == 1)
        #expect(scene.kinds.suffix(2) == [.deadLetterAdded, .taskFailed])
    }

    @Test("is not made of what an agent refuses, nor of a plain FAILED result, nor of a cancelled task")
    func others() throws {
        var scene = Scene.patient("coder")
        scene.tryOnce(.rejected("no"))
        scene.tryOnce(.failed("MINE", "no"))
        scene.dispatch(task("c", .coding) { $0.taskID = id("c") })
        scene.ask(.taskCancel(TaskKey(taskID: id("c")), reason: nil))
        #expect(try scene.deadLetters().isEmpty)
    }

    @Test("is discarded where nobody decided on it in time, once")
    func outlived() throws {
        var (scene, letter) = try scene()
        scene.feed(.deadLettersOutlived([letter]))
        #expect(try scene.deadLetters().isEmpty)
        #expect(scene.stored.counts.deadLetters == 0)
        #expect(scene.kinds.last == .deadLetterDiscarded)
        letter.state = .discarded
        #expect(scene.feed(.deadLettersOutlived([letter])).changes.isEmpty)
    }

    @Test("is redriven, after a crash too: a new iteration with a new budget, while attempts count on")
    func redriven() throws {
        var (scene, letter) = try scene()
        scene.restart()
        scene.register("coder", .coding)
        guard case .success(.redriven(let task)) = scene.redrive(letter) else { throw Missing("the task's id") }
        #expect(task == id("t"))
        #expect(try scene.deadLetters().isEmpty)
        #expect(scene.stored.counts.deadLetters == 0)
        let order = try scene.order("t")
        #expect(order.attempt == 2)
        scene.answer(order)
        let record = try #require(scene.stored.task(TaskKey(taskID: id("t"))))
        #expect(record.status == .completed && record.iteration == 1 && record.failedAttempts == 0)
        #expect(scene.kinds.filter { $0 == .deadLetterRedriven }.count == 1)
        #expect(scene.stored.counts.tasks == [.completed: 1, .failed: 0, .pending: 0, .inProgress: 0])
    }

    @Test("is added anew where the new iteration fails alike")
    func again() throws {
        var (scene, letter) = try scene()
        _ = scene.redrive(letter)
        scene.answer(try scene.order("t"), Self.error)
        #expect(try scene.deadLetters().map(\.attempt) == [2])
        #expect(try scene.deadLetters().first?.id != letter.id)
    }

    @Test("is redriven once by one request_key, also after a crash, and by no other")
    func requestKey() throws {
        var (scene, letter) = try scene()
        for _ in 0..<2 {
            guard case .success(.redriven) = scene.redrive(letter, key: "once") else { throw Missing("an answer") }
        }
        scene.restart()
        guard case .success(.redriven) = scene.redrive(letter, key: "once") else { throw Missing("an answer") }
        #expect(scene.orders.count == 2)
        #expect(scene.redrive(letter, key: "twice")?.refusal?.code == .notFound)
        #expect(scene.redrive(letter)?.refusal?.code == .notFound)
    }

    @Test("waits for an agent when it is redriven and none is free")
    func waits() throws {
        var (scene, letter) = try scene()
        scene.dispatch(task("other", .coding))
        _ = scene.redrive(letter)
        #expect(scene.started == ["t", "other"])
        scene.answer(try scene.order("other"))
        #expect(scene.started == ["t", "other", "t"])
    }

    @Test("whoever asks for its task while it runs again is told the new outcome")
    func attached() throws {
        var (scene, letter) = try scene()
        _ = scene.redrive(letter)
        let caller = scene.dispatch(
            task("t", .coding) {
                $0.taskID = id("t")
                $0.retry = .never
            })
        scene.answer(try scene.order("t"))
        #expect(try scene.result(caller).status == .completed)
    }

    @Test("is discarded once, and then neither listed nor redriven")
    func discarded() throws {
        var (scene, letter) = try scene()
        for done in [true, false] {
            guard case .success(.discarded(done)) = scene.ask(.deadLetterDiscard(letter.id)) else {
                throw Missing("that it was discarded: \(done)")
            }
        }
        #expect(try scene.deadLetters().isEmpty)
        #expect(scene.stored.counts.deadLetters == 0)
        #expect(scene.redrive(letter)?.refusal?.code == .notFound)
        #expect(scene.kinds.filter { $0 == .deadLetterDiscarded }.count == 1)
    }

    @Test("that nobody knows is not discarded, and NOT_FOUND to redrive")
    func unknown() throws {
        var scene = Scene()
        guard case .success(.discarded(false)) = scene.ask(.deadLetterDiscard(id("nothing"))) else {
            throw Missing("an answer")
        }
        let request = DeadLetterRedrive(id: id("nothing"))
        #expect(scene.ask(.deadLetterRedrive(request))?.refusal?.code == .notFound)
        #expect(scene.events.isEmpty)
    }
}

@Suite("A dead letter of a workflow's task")
struct WorkflowDeadLetterTests {
    /// `b` is given up; `c`, which needs it, is skipped.
    private func scene() throws -> (Scene, DeadLetter) {
        var scene = Scene.patient("coder")
        scene.register("shipper", .deploying)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'a', 'name': 'a', 'assigned_to': 'coding'},
              {'task_id': 'b', 'name': 'b', 'assigned_to': 'coding', 'retry': {'max_retries': 0}},
              {'task_id': 'c', 'name': 'c', 'assigned_to': 'coding', 'needs': ['b']},
              {'task_id': 'd', 'name': 'd', 'assigned_to': 'deploying'}]}
            """)
        scene.workThrough { $0.task.name == "b" ? .failed("AGENT_LOST", "gone") : .completed }
        let letter = try #require(try scene.deadLetters().first)
        return (scene, letter)
    }

    @Test("runs that task again in its workflow, and what never had its turn for it")
    func redriven() throws {
        var (scene, letter) = try scene()
        #expect(letter.key == TaskKey(workflowID: id("w"), taskID: id("b")))
        #expect(scene.started == ["a", "b", "d"])
        guard case .success(.redriven(id("b"))) = scene.redrive(letter) else { throw Missing("an answer") }
        #expect(try scene.workflowState("w").record.status == .inProgress)
        scene.workThrough()
        #expect(scene.started == ["a", "b", "d", "b", "c"])
        let state = try scene.workflowState("w")
        #expect(state.record.status == .completed)
        #expect(state.taskResults.map(\.status) == [.completed, .completed, .completed, .completed])
        #expect(state.taskResults.map(\.iteration) == [0, 1, 1, 0])
        #expect(state.record.completedTaskCount == 4 && state.record.failedTaskCount == 0)
        #expect(state.record.phaseHistory.map(\.iteration) == [0, 0, 0, 1, 1, 1])
        #expect(state.record.phaseHistory.map(\.taskCount) == [3, 1, 0, 2, 0, 0])
    }

    @Test("is in CONFLICT with its workflow while that runs")
    func conflict() throws {
        var (scene, letter) = try scene()
        scene.ask(.workflowRetry(WorkflowRetry(workflowID: id("w"))))
        #expect(scene.redrive(letter)?.refusal?.code == .conflict)
        #expect(try scene.deadLetters().count == 1)
        scene.workThrough()
        guard case .success(.redriven) = scene.redrive(letter) else { throw Missing("an answer") }
    }
}
