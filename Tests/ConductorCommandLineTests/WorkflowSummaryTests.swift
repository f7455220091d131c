import ConductorCommandLine
import ConductorJSON
import Testing

@Suite("The summary of a workflow")
struct WorkflowSummaryTests {
    private func lines(_ status: String, results: String = "{}", held: Bool = false, rows: String = "[]") throws
        -> [String]
    {
        let answer = """
            {"state":{"workflow_id":"w","name":"n","status":"\(status)","paused":false,"held_at_gate":\(held),\
            "current_phase":null,"phase_history":[],"error_log":[],"feedback_count":0,"completed_task_count":0,\
            "failed_task_count":0,"unscheduled":["m"],"task_results":\(results)},
            "definition":{"name":"n","phases":["development"],"tasks":[
            {"task_id":"t","name":"T","assigned_to":"coding"},{"task_id":"u","name":"U","assigned_to":"coding"},
            {"task_id":"m","name":"Watch","assigned_to":"monitor"}]}}
            """
        let tasks = try JSONText(parsing: rows).parsed().elements
        return try WorkflowSummary(JSONText(parsing: answer).parsed(), tasks: Array(tasks)).lines(on: .plain)
    }

    private let found = """
        {"t":{"task_id":"t","status":"completed","agent_id":"a","attempt":1,"duration_seconds":1,"feedback":\
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
        let rows = """
            [{"task_id":"t","status":"in_progress","attempts":1,"agent_id":"a"},
             {"task_id":"u","status":"pending","attempts":0,"agent_id":null,
              "waiting":{"reason":"agent_full","message":"all agents are busy"}}]
            """
        let lines = try lines("in_progress", rows: rows)
        #expect(lines.contains { $0.contains(#/^t +coding +running +1 +a$/#) })
        #expect(lines.contains { $0.contains(#/^u +coding +pending +0 +all agents are busy$/#) })
        #expect(lines.contains { $0.contains(#/^m +monitor +not ended$/#) })
    }

    @Test("names what can be done at a gate")
    func held() throws {
        let text = try lines("in_progress", held: true).joined(separator: "\n")
        for choice in ["retry w", "approve w --accept-failures", "approve w ", "approve w --deny"] {
            #expect(text.contains("  conductorctl \(choice)"))
        }
    }
}
