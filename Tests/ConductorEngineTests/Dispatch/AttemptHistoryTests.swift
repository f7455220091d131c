import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import Testing

@testable import ConductorEngine

@Suite("The history of a task's attempts")
struct AttemptHistoryTests {
    private func history(of key: TaskKey, _ scene: inout Scene) throws -> [ReportedAttempt] {
        guard case .success(.task(let task)) = scene.ask(.taskGet(key)) else { throw Missing("the task") }
        // As a client reads it.
        let details = try TaskDetails(json: TaskDetails(task).jsonText.parsed())
        #expect(details.attempts == details.attemptHistory.count)
        return details.attemptHistory
    }

    @Test("tells of each when it ran, how it ended and why, over a restart too")
    func retried() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.dispatch(task("t", .coding) { $0.taskID = id("t") })
        scene.wait(.seconds(2))
        scene.answer(try scene.order("t"), .failed("TRANSIENT_ERROR", "429"))
        scene.wait(.seconds(2))
        scene.restart()
        scene.register("coder", .coding, running: [try scene.order("t")])
        let running = try history(of: TaskKey(taskID: id("t")), &scene)
        #expect(running.map(\.isRunning) == [false, true])
        scene.answer(try scene.order("t"), .completed("{}"))
        let attempts = try history(of: TaskKey(taskID: id("t")), &scene)
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts.map(\.ending?.outcome) == [.failed, .completed])
        #expect(attempts.map(\.ending?.errorCode) == ["TRANSIENT_ERROR", nil])
        #expect(attempts.map(\.ending?.errorMessage) == ["429", nil])
        #expect(attempts[0].ending?.duration == .seconds(2))
        #expect(attempts.allSatisfy { $0.agentID == id("coder") && !$0.isRunning })
    }

    @Test("keeps what a monitor found in each round")
    func rounds() throws {
        var scene = Scene()
        scene.register("coder", .coding)
        scene.register("watcher", .monitor)
        try scene.run(
            """
            {'workflow_id': 'w', 'name': 'w', 'tasks': [
              {'task_id': 'code', 'name': 'code', 'assigned_to': 'coding'},
              {'task_id': 'watch', 'name': 'watch', 'assigned_to': 'monitor'}]}
            """)
        for round in 1...2 {
            scene.answer(try scene.order("code"))
            let finding = Feedback(
                severity: round == 1 ? .error : .info, findings: text("[\"round \(round)\"]"))
            scene.answer(try scene.order("watch"), .completed("{}", feedback: finding))
        }
        let attempts = try history(of: TaskKey(workflowID: id("w"), taskID: id("watch")), &scene)
        #expect(attempts.map(\.iteration) == [0, 1])
        #expect(attempts.map { $0.ending?.feedback?.findings.string } == [#"["round 1"]"#, #"["round 2"]"#])
    }

    @Test("leaves out what is long of the older ones, and says so")
    func bounded() {
        let time = Timestamp(microseconds: 0)
        var record = TaskRecord(
            key: TaskKey(taskID: id("t")), definition: task("t", .coding), ownerUID: 0, createdAt: time,
            stage: .planned, queueTimeout: .zero)
        let long = Feedback(
            severity: .error, findings: text("[\"" + String(repeating: "x", count: 60 << 10) + "\"]"))
        for number in 1...8 {
            let token = AttemptToken(high: 0, low: UInt64(number))
            record.attempts.append(
                Attempt(number: number, iteration: 0, token: token, agentID: id("a"), startedAt: time))
            var ending = AttemptEnding(.completed, at: time, duration: .zero)
            ending.feedback = long
            record.conclude(ending)
        }
        let isKept = record.attempts.map { $0.ending?.feedback != nil }
        #expect(isKept == [false, false, false, false, true, true, true, true])
        #expect(record.attempts.map { $0.ending?.omitsFeedback == true } == isKept.map { !$0 })
        #expect(record.heldBytes <= AttemptEnding.historyBytes + 1024)
    }
}
