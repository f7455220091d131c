import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// Workflows as a daemon tells them.
struct WorkflowSample {
    var status = "completed"
    var results = "{}"
    var isHeld = false
    var history = "[]"
    var errors = "[]"
    var feedbackCount = 0
    var failed = 0
    /// Of the state and of the definition.
    var outputs = (state: "", definition: "{}")

    func details() throws -> WorkflowDetails {
        let answer = """
            {"state":{"workflow_id":"c972f0aa-0000-4000-8000-000000000000","name":"n","number":41,"status":"\(status)",\
            "paused":false,"held_at_gate":\(isHeld),"current_phase":"development","phase_history":\(history),\
            "error_log":\(errors),"feedback_count":\(feedbackCount),"completed_task_count":0,"failed_task_count":\(failed),\
            "started_at":"2026-01-01T00:00:00Z","unscheduled":["m"],"task_results":\(results)\(outputs.state)},
            "definition":{"name":"n","outputs":\(outputs.definition),"phases":["development"],"tasks":[
            {"task_id":"t","name":"T","assigned_to":"coding"},{"task_id":"u","name":"U","assigned_to":"coding"},
            {"task_id":"m","name":"Watch","assigned_to":"monitor"}]}}
            """
        return try WorkflowDetails(json: JSONText(parsing: answer).parsed())
    }

    static func run(_ iteration: Int) -> String {
        """
        {"phase":"development","started_at":"2026-01-01T00:00:00Z","completed_at":null,"result":null,
        "task_count":1,"completed_count":0,"failed_count":0,"iteration":\(iteration)}
        """
    }

    static let failedTask = """
        {"t":{"task_id":"t","status":"failed","agent_id":"a","attempt":2,"iteration":0,
        "completed_at":"2026-01-01T00:00:01Z","duration_seconds":1,
        "error_code":"COMMAND_FAILED","error_message":"exited with 1:\\nboom"}}
        """
}

@Suite("The end of a run")
struct RunReportTests {
    private func lines(_ sample: WorkflowSample, on page: Layout = .plain) throws -> [String] {
        RunReport(try sample.details()).lines(on: page)
    }

    @Test("names the run, and calls it failed where a task failed, whatever the wire's word")
    func verdict() throws {
        let sample = WorkflowSample(results: WorkflowSample.failedTask, failed: 1)
        #expect(try lines(sample)[0] == "FAIL n failed: run c972f0aa #41, 0 succeeded, 1 failed")
        #expect(try lines(WorkflowSample(status: "cancelled"))[0].hasPrefix("STOP n cancelled"))
    }

    @Test("says why each task failed, in the width that there is")
    func failures() throws {
        let sample = WorkflowSample(results: WorkflowSample.failedTask, failed: 1)
        #expect(
            try lines(sample)[1] == "  FAIL t  COMMAND_FAILED  exited with 1: boom  (a  1.0s  attempt 2)")
        for width in [40, 60, 80, 120] {
            let page = Layout(width: width, symbols: .unicode)
            for line in try lines(sample, on: page) where !line.contains("conductorctl") && !line.contains("never run")
            {
                #expect(TerminalText.width(line) <= width, "\(width): \(line)")
            }
        }
        let wide = try lines(sample, on: Layout(width: 80, symbols: .unicode))[1]
        #expect(wide.hasPrefix("  ✗ t  COMMAND_FAILED  exited with 1: boom ") && wide.hasSuffix("a  1.0s  attempt 2"))
    }

    @Test("says what to type next, and that a task that no phase takes will never run")
    func next() throws {
        let failed = try lines(WorkflowSample(results: WorkflowSample.failedTask, failed: 1))
        #expect(failed.last == "  next     conductorctl retry c972f0aa")
        #expect(failed.contains(#"  task m "Watch" will never run: no phase for type monitor"#))
        let held = try lines(WorkflowSample(status: "in_progress", isHeld: true))
        #expect(held[0].hasPrefix("HELD n held after development"))
        for choice in ["retry", "approve c972f0aa --accept-failures", "approve c972f0aa ", "approve c972f0aa --deny"] {
            #expect(held.contains { $0.contains("conductorctl \(choice)") }, "\(choice)")
        }
    }

    @Test("names no command where the daemon is gone that would serve it")
    func standalone() throws {
        let details = try WorkflowSample(results: WorkflowSample.failedTask, failed: 1).details()
        let lines = RunReport(details, hasDaemon: false).lines(on: .plain)
        #expect(lines[1].contains("COMMAND_FAILED") && !lines.contains { $0.contains("conductorctl") })
    }

    @Test("tells the outputs in one line where that fits, else each in its own, and why some are missing")
    func outputs() throws {
        var sample = WorkflowSample()
        sample.outputs.definition = #"{"url":"x","version":"x","gone":"x"}"#
        sample.outputs.state = """
            ,"outputs":{"url":"http://10.0.0.7:8080","version":2},"missing_outputs":{"gone":"task t has no output gone"}
            """
        let missing = "  missing  gone: task t has no output gone"
        let whole = ["  outputs  url=http://10.0.0.7:8080   version=2", missing]
        #expect(try Array(lines(sample).dropFirst().prefix(2)) == whole)
        #expect(try Array(lines(sample, on: Layout(width: 80)).dropFirst().prefix(2)) == whole)
        #expect(
            try Array(lines(sample, on: Layout(width: 46)).dropFirst().prefix(3))
                == ["  outputs  url=http://10.0.0.7:8080", "           version=2", missing])
        sample.results = WorkflowSample.failedTask
        sample.outputs.state = ""
        #expect(try !lines(sample).contains { $0.contains("outputs") })
    }

    @Test("says of errors of several rounds which round's they are")
    func rounds() throws {
        let errors = """
            [{"timestamp":"2026-01-01T00:00:00Z","task_id":"t","error":"e","error_code":"EXPRESSION_ERROR",
            "error_type":"workflow","iteration":0}]
            """
        let one = WorkflowSample(status: "failed", history: "[\(WorkflowSample.run(0))]", errors: errors)
        #expect(try lines(one).contains("  t: EXPRESSION_ERROR: e"))
        var two = one
        two.history = "[\(WorkflowSample.run(0)),\(WorkflowSample.run(1))]"
        #expect(try lines(two).contains("  round 1: t: EXPRESSION_ERROR: e"))
        #expect(try lines(two)[0].contains("2 rounds"))
    }
}

@Suite("The tables of a workflow")
struct WorkflowTablesTests {
    private func lines(_ sample: WorkflowSample, rows: String = "[]") throws -> [String] {
        let tasks = try [TaskListEntry](json: JSONText(parsing: rows).parsed())
        return WorkflowTables(try sample.details(), tasks: tasks).lines(on: .plain)
    }

    @Test("say what tasks that have not ended are at, or wait for")
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
        let lines = try lines(WorkflowSample(status: "in_progress"), rows: "[\(running),\(pending)]")
        #expect(lines.contains { $0.contains(#/^t +coding +running +1 +a$/#) })
        #expect(lines.contains { $0.contains(#/^u +coding +waiting +0 +all agents are busy$/#) })
        #expect(lines.contains { $0.contains(#/^m +monitor +pending$/#) })
    }

    @Test("say why a task failed")
    func reasons() throws {
        let lines = try lines(WorkflowSample(results: WorkflowSample.failedTask))
        let row = #/^t +coding +failed +1.0s +2 +a +COMMAND_FAILED: exited with 1: boom$/#
        #expect(lines.contains { $0.contains(row) })
    }
}
