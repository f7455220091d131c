import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

/// The test library has one too.
private typealias ExitStatus = ConductorCommandLine.ExitStatus

@Suite struct ExitStatusTests {
    private func workflow(_ status: String, failed: Int = 0, unscheduled: String = "[]", results: String = "{}") throws
        -> WorkflowView
    {
        let text = """
            {"workflow_id":"w","name":"n","status":"\(status)","paused":false,"held_at_gate":false,\
            "current_phase":null,"phase_history":[],"error_log":[],"feedback_count":0,"completed_task_count":1,\
            "started_at":"2026-01-01T00:00:00Z",\
            "failed_task_count":\(failed),"unscheduled":\(unscheduled),"task_results":\(results)}
            """
        return try WorkflowView(json: try JSONText(parsing: text).parsed())
    }

    private func result(_ task: String, _ status: String) -> String {
        """
        {"task_id":"\(task)","agent_id":"x","status":"\(status)","attempt":1,"iteration":0,\
        "completed_at":"2026-01-01T00:00:00Z","duration_seconds":1}
        """
    }

    @Test("a run ends with 0 only if every task was completed")
    func workflows() throws {
        #expect(ExitStatus(try workflow("completed")) == .success)
        #expect(ExitStatus(try workflow("completed", failed: 1)) == .incomplete)
        #expect(ExitStatus(try workflow("completed", unscheduled: #"["x"]"#)) == .incomplete)
        for status in ["cancelled", "skipped"] {
            let results = #"{"a":\#(result("a", "completed")),"b":\#(result("b", status))}"#
            #expect(ExitStatus(try workflow("completed", results: results)) == .incomplete)
        }
        #expect(ExitStatus(try workflow("failed", failed: 1)) == .failure)
        #expect(ExitStatus(try workflow("cancelled")) == .cancelled)
        #expect(ExitStatus(try workflow("in_progress")) == .failure)
    }

    @Test("a task's exit status is 0 only if it is completed", arguments: TaskStatus.allCases)
    func tasks(status: TaskStatus) {
        #expect((ExitStatus(status) == .success) == (status == .completed))
    }

    @Test("the numbers are those that scripts know")
    func numbers() {
        let statuses: [ExitStatus] = [.success, .failure, .usage, .incomplete, .cancelled, .unavailable]
        #expect(statuses.map(\.rawValue) == [0, 1, 2, 3, 4, 69])
        #expect(ExitStatus.interrupted.rawValue == 130)
        #expect(ExitStatus.closedPipe.rawValue == 141)
    }

    @Test("a daemon that is not reachable is 69, with where it was looked for and how to start it")
    func notReachable() {
        let failure = Failure(ConnectionFault.notReachable(path: "/run/c.sock", errno: 2))
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("/run/c.sock: No such file or directory"))
        #expect(failure.message.contains("systemctl start conductord"))
        #expect(failure.message.contains("conductord --socket /run/c.sock"))
        #expect(Failure(ConnectionFault.notReachable(path: "/x", errno: 13)).message.contains("group conductor"))
    }

    @Test("a daemon of another user than the one that is demanded is 77, with both")
    func foreignDaemon() {
        let failure = Failure(ConnectionFault.foreign(path: "/run/c.sock", uid: 7, demanded: 0))
        #expect(failure.status == .foreignDaemon && failure.status.rawValue == 77)
        #expect(failure.message.contains("/run/c.sock belongs to uid 7, and not to uid 0"))
    }

    @Test("a refusal is 1, with its code and its message")
    func refusal() {
        let failure = Failure(Refusal(.noAvailableAgent, "nobody is there"))
        #expect(failure == Failure(.failure, "NO_AVAILABLE_AGENT: nobody is there"))
    }

    @Test("who stops reading, or interrupts, is told nothing more")
    func quiet() {
        #expect(Failure(OutputFault.closedPipe) == Failure(.closedPipe, ""))
        #expect(Failure(Interrupted()) == Failure(.interrupted, ""))
        #expect(Failure(Signalled.hungUp) == Failure(.hungUp, ""))
        #expect(Failure(Signalled.terminated) == Failure(.terminated, ""))
        #expect(Failure(ExitStatus.cancelled) == Failure(.cancelled, ""))
    }
}
