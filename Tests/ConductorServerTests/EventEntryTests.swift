import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorSystemd
import Testing

@testable import ConductorServer

@Suite("The journal's entry for an event")
struct EventEntryTests {
    @Test("says alone what happened, and in fields to whom")
    func fields() throws {
        let event = EventRecord(
            sequence: 7, timestamp: Timestamp(microseconds: 0), kind: .taskFailed, workflowID: WorkflowID("w"),
            taskID: TaskID("t"), agentID: AgentID("a"), attempt: 2, phase: .development,
            data: try JSONText(parsing: #"{"error_code":"TASK_TIMEOUT"}"#))
        let entry = JournalEntry(event)
        #expect(entry.message == "Task t of workflow w failed (attempt 2): TASK_TIMEOUT.")
        #expect(entry.priority == .warning)
        let fields = Dictionary(entry.fields.map { ($0.name.text, $0.value) }) { first, _ in first }
        #expect(
            fields == [
                "CONDUCTOR_EVENT": "task.failed", "CONDUCTOR_SEQUENCE": "7", "CONDUCTOR_WORKFLOW_ID": "w",
                "CONDUCTOR_TASK_ID": "t", "CONDUCTOR_AGENT_ID": "a", "CONDUCTOR_PHASE": "development",
                "CONDUCTOR_ATTEMPT": "2", "CONDUCTOR_ERROR_CODE": "TASK_TIMEOUT",
            ])
    }

    @Test("has a message id of its own for every kind")
    func messageIDs() {
        let ids = Set(EventKind.allCases.map(\.messageID) + [.escalation, .storeFault, .storeHeld, .storeHealed])
        #expect(ids.count == EventKind.allCases.count + 4)
    }

    @Test("of an escalation is an error that names the task")
    func escalation() throws {
        let key = TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t")))
        let entry = JournalEntry(Escalation(key: key, agentID: nil, errorCode: "BROKEN", message: "no compiler"))
        #expect(entry.priority == .error)
        #expect(entry.message == "Task w/t needs attention: BROKEN: no compiler")
    }
}
