import ConductorCommandLine
import ConductorJSON
import ConductorProtocol
import Testing

@Suite("The summary of a workflow")
struct WorkflowSummaryTests {
    private func lines(
        _ status: String, results: String = "{}", held: Bool = false, rows: String = "[]", history: String = "[]",
        errors: String = "[]"
    ) throws -> [String] {
        let answer = """
            {"state":{"workflow_id":"w","name":"n","status":"\(status)","paused":false,"held_at_gate":\(held),\
            "current_phase":null,"phase_history":\(history),"error_log":\(errors),"feedback_count":0,"completed_task_count":0,\
            "failed_task_count":0,"started_at":"2026-01-01T00:00:00Z","unscheduled":["m"],"task_results":\(results)},
            "definition":{"name":"n","phases":["development"],"tasks":[
            {"task_id":"t","name":"T","assigned_to":"coding"},{"task_id":"u","name":"U","assigned_to":"coding"},
            {"task_id":"m","name":"Watch","assigned_to":"monitor"}]}}
            """
        let workflow = try WorkflowDetails(json: JSONText(parsing: answer).parsed())
        let tasks = try [TaskListEntry](json: JSONText(parsing: rows).parsed())
        return WorkflowSummary(workflow, tasks: tasks).lines(on: .plain)
    }

    private let found = """
        {"t":{"task_id":"t","status":"completed","agent_id":"a","attempt":1,"iteration":0,\
        "completed_at":"2026-01-01T00:00:01Z","duration_seconds":1,"feedback":\
        {"severity":"error","findings":["slow",{"p99":2.3}],"recommendations":["add an index"]}}}
        """

    @Test("shows what monitors found last where the workflow failed, and only there")
    func findings() throws {
        let failed = try lines("failed", results: found)
        let index = try #require(failed.firstIndex(of: "findings"))
        #expect(
            failed[(index + 1)...].prefix(3) == [
                "  t (error): slow", #"  t (error): {"p99":2.3}"#, "  t recommends: add an index",
            ])
        #expect(try !lines("completed", results: found).contains("findings"))
    }

    @Test("says of each task that no phase takes that it will never run")
    func neverRuns() throws {
        #expect(
            try lines("completed").contains(#"task m "Watch" will never run: no phase for type monitor"#))
    }

    @Test("says what tasks that have not ended are at, or wait for")
    func waiting() throws {
        func row(_ members: String) -> String {
            #"{"name":"n","priority":"low","iteration":0,"created_at":"2026-01-01T00:00:00Z",\#(members)}"#
        }
        let running = row(#""task_id":"t","status":"in_progress","attempts":1,"agent_id":"a""#)
        let pending = row(
            """
            "task_id":"u","status":"pending","attempts":0,"agent_id":null,
            "waiting":{"reason":"agent_full","message":"all agents are busy"}
            """)
        let rows = "[\(running),\(pending)]"
        let lines = try lines("in_progress", rows: rows)
        #expect(lines.contains { $0.contains(#/^t +coding +running +1 +a$/#) })
        #expect(lines.contains { $0.contains(#/^u +coding +pending +0 +all agents are busy$/#) })
        #expect(lines.contains { $0.contains(#/^m +monitor +not ended$/#) })
    }

    @Test("says why a task failed")
    func reasons() throws {
        let results = """
            {"t":{"task_id":"t","status":"failed","agent_id":"a","attempt":1,"iteration":0,
            "completed_at":"2026-01-01T00:00:01Z","duration_seconds":1,
            "error_code":"COMMAND_FAILED","error_message":"exited with 1:\\nboom"}}
            """
        let lines = try lines("completed", results: results)
        let row = #/^t +coding +failed +1.0s +1 +a +COMMAND_FAILED: exited with 1: boom$/#
        #expect(lines.contains { $0.contains(row) })
    }

    @Test("says of errors of several rounds which round's they are")
    func rounds() throws {
        let errors = """
            [{"timestamp":"2026-01-01T00:00:00Z","task_id":"t","error":"e","error_code":"EXPRESSION_ERROR",
            "error_type":"workflow","iteration":0}]
            """
        func run(_ iteration: Int) -> String {
            """
            {"phase":"development","started_at":"2026-01-01T00:00:00Z","completed_at":null,"result":null,
            "task_count":1,"completed_count":0,"failed_count":0,"iteration":\(iteration)}
            """
        }
        let one = try lines("failed", history: "[\(run(0))]", errors: errors)
        #expect(one.contains("  t: EXPRESSION_ERROR: e"))
        let two = try lines("completed", history: "[\(run(0)),\(run(1))]", errors: errors)
        #expect(two.contains("  round 1: t: EXPRESSION_ERROR: e"))
    }

    @Test("names what can be done at a gate")
    func held() throws {
        let text = try lines("in_progress", held: true).joined(separator: "\n")
        for choice in ["retry w", "approve w --accept-failures", "approve w ", "approve w --deny"] {
            #expect(text.contains("  conductorctl \(choice)"))
        }
    }
}
