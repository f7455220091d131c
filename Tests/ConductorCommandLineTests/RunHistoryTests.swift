import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The history of a name")
struct RunHistoryTests {
    private func run(_ id: String, _ status: String, failed: Int, seconds: Int) throws -> WorkflowListEntry {
        let text = """
            {"workflow_id":"\(id)","name":"n","number":1,"status":"\(status)","paused":false,"held_at_gate":false,\
            "feedback_count":0,"started_at":"2026-01-01T00:00:00Z","completed_at":"2026-01-01T00:00:0\(seconds)Z",\
            "task_count":2,"completed_task_count":\(2 - failed),"failed_task_count":\(failed)}
            """
        return try WorkflowListEntry(json: JSONText(parsing: text).parsed())
    }

    @Test("tells how runs ended, how long they took, and which tasks are slow or fail")
    func lines() throws {
        let runs = [
            try run("c", "completed", failed: 0, seconds: 3), try run("b", "completed", failed: 1, seconds: 9),
            try run("a", "in_progress", failed: 0, seconds: 1),
        ]
        let results = """
            {"fast":{"task_id":"fast","status":"completed","agent_id":"a","attempt":1,"iteration":0,
            "completed_at":"2026-01-01T00:00:01Z","duration_seconds":1},
            "slow":{"task_id":"slow","status":"failed","agent_id":"a","attempt":1,"iteration":0,
            "completed_at":"2026-01-01T00:00:01Z","duration_seconds":5}}
            """
        let details = try WorkflowSample(results: results).details()
        let lines = RunHistory(runs, [details, details]).lines(on: .plain, at: Timestamp(microseconds: 0))
        #expect(lines[0] == "3 runs, 1 of 2 succeeded, median 3.0s")
        #expect(lines.contains { $0.contains(#/^slow +5.0s$/#) } && lines.contains { $0.contains(#/^slow +2 of 2$/#) })
        #expect(lines.contains { $0.contains(#/^fast +1.0s$/#) } && !lines.contains { $0.hasPrefix("fast  0 of") })
    }
}
