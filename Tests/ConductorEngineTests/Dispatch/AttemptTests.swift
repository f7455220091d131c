import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@Suite("Attempts")
struct AttemptTests {
    @Test("a repeated result is answered alike, recorded once, and the first content stands")
    func repeated() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let order = try scene.order("t")
        scene.answer(order, .completed(#"{"first": 1}"#))
        let events = scene.events.count
        for answer in [WorkAnswer.completed(#"{"second": 2}"#), .failed(nil, "no")] {
            guard case .success(.recorded) = scene.answer(order, answer) else { throw Missing("recorded") }
        }
        #expect(scene.events.count == events)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.outcome?.result.outputData.string == #"{"first": 1}"#)
        #expect(scene.agent("coder")?.completedCount == 1)
    }

    @Test("the repeat of an answer that led to a retry is recorded too, while the next attempt runs")
    func repeatedAfterRetry() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding))
        let first = try scene.order("t")
        scene.answer(first, .failed("TRANSIENT_ERROR", "again"))
        scene.wait(.seconds(2))
        guard case .success(.recorded) = scene.answer(first) else { throw Missing("recorded") }
        #expect(scene.agent("coder")?.status == .running)
        #expect(try scene.order("t").attempt == 2)
    }

    @Test("has taken what it took, whatever the wall clock was set to", arguments: [86_400, -86_400])
    func clockSet(seconds: Int) throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        scene.wait(.seconds(3))
        scene.now.wall = scene.now.wall + .seconds(seconds)
        scene.ask(.taskCancel(TaskKey(taskID: id("t")), reason: nil))
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.outcome?.result.duration == .seconds(3))
    }

    @Test("a late result changes nothing")
    func late() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        let caller = scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        scene.ask(.taskCancel(TaskKey(taskID: id("t")), reason: "enough"))
        #expect(try scene.refusal(caller).code == .cancelled)
        let events = scene.events.count
        #expect(scene.answer(try scene.order("t"))?.refusal?.code == .staleAttempt)
        #expect(scene.events.count == events)
        #expect(scene.stored.task(TaskKey(taskID: id("t")))?.status == .cancelled)
        guard case .success(.cancelled(false)) = scene.ask(.taskCancel(TaskKey(taskID: id("t")), reason: nil)) else {
            throw Missing("a cancel that finds nothing to do")
        }
    }

    /// What gives the slot of a cancelled attempt back.
    enum Release: CaseIterable {
        case answer, absence, patience
    }

    @Test(
        "a cancelled attempt holds its slot until it is answered, its agent is gone, or 10 s later",
        arguments: Release.allCases)
    func slot(_ release: Release) throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("cancelled", .coding) { $0.taskID = id("cancelled") })
        scene.ask(.taskCancel(TaskKey(taskID: id("cancelled")), reason: nil))
        scene.enqueue(task("next", .coding))
        scene.wait(.milliseconds(9999))
        #expect(scene.started == ["cancelled"])
        switch release {
        case .answer: scene.answer(try scene.order("cancelled"), .failed("CANCELLED", "stopped"))
        case .absence:
            scene.disconnect("coder")
            scene.register("coder", .coding)
        case .patience: scene.wait(.milliseconds(1))
        }
        #expect(scene.started == ["cancelled", "next"])
        #expect(scene.agent("coder")?.running.count == 1)
    }

    @Test("an attempt number that does not fit its token is stale")
    func wrongNumber() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding))
        var order = try scene.order("t")
        order.attempt = 2
        #expect(scene.answer(order)?.refusal?.code == .staleAttempt)
    }

    @Test("progress is shown while the attempt runs, and no longer")
    func progress() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        let order = try scene.order("t")
        let report = AttemptReport(
            taskID: id("t"), attempt: 1, token: order.token, content: .progress(percent: 50, message: nil))
        #expect(scene.feed(.report(report, ConnectionID(5))).outputs.count == 1)
        scene.answer(order)
        #expect(scene.feed(.report(report, ConnectionID(5))).outputs.isEmpty)
    }
}
