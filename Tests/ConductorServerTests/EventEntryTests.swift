import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorSystemd
import Foundation
import Testing

@testable import ConductorServer

@Suite("The journal's entry for an event")
struct EventEntryTests {
    @Test("says alone what happened, and in fields to whom")
    func fields() throws {
        let event = EventRecord(
            sequence: 7, timestamp: Timestamp(microseconds: 0), kind: .taskFailed, workflowID: WorkflowID("w"),
            taskID: TaskID("t"), agentID: AgentID("a"), attempt: 2, phase: .development,
            data: try JSONText(parsing: #"{"agent_type":"coding","error_code":"TASK_TIMEOUT","duration_seconds":1.5}"#))
        let entry = JournalEntry(event)
        #expect(entry.message == "Task t of workflow w failed (attempt 2): TASK_TIMEOUT.")
        #expect(entry.priority == .error)
        let fields = Dictionary(entry.fields.map { ($0.name.text, $0.value) }) { first, _ in first }
        #expect(
            fields == [
                "CONDUCTOR_EVENT": "task.failed", "CONDUCTOR_SEQUENCE": "7", "CONDUCTOR_WORKFLOW_ID": "w",
                "CONDUCTOR_TASK_ID": "t", "CONDUCTOR_AGENT_ID": "a", "CONDUCTOR_PHASE": "development",
                "CONDUCTOR_ATTEMPT": "2", "CONDUCTOR_ERROR_CODE": "TASK_TIMEOUT", "CONDUCTOR_AGENT_TYPE": "coding",
                "CONDUCTOR_DURATION_USEC": "1500000",
            ])
    }

    @Test("has a message id of its own for every kind")
    func messageIDs() {
        let ids = EventKind.allCases.map(\.messageID) + MessageID.ofDaemon
        #expect(Set(ids).count == ids.count)
    }

    @Test("of a line that an agent wrote is that line, with the task's fields")
    func log() throws {
        let key = TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t")))
        let entry = JournalEntry(
            LiveEvent(
                timestamp: Timestamp(microseconds: 0), key: key, agentID: try #require(AgentID("a")), attempt: 1,
                content: .log(stream: "stderr", line: "compiling")),
            stream: "stderr", line: "compiling")
        #expect(entry.message == "compiling" && entry.messageID == .taskLog)
        let fields = Dictionary(entry.fields.map { ($0.name.text, $0.value) }) { first, _ in first }
        #expect(
            fields == [
                "CONDUCTOR_EVENT": "task.log", "CONDUCTOR_STREAM": "stderr", "CONDUCTOR_WORKFLOW_ID": "w",
                "CONDUCTOR_TASK_ID": "t", "CONDUCTOR_AGENT_ID": "a", "CONDUCTOR_ATTEMPT": "1",
                "CONDUCTOR_TIMESTAMP": "1970-01-01T00:00:00.000000Z",
            ])
    }

    @Test("is explained by the catalog, whatever its kind")
    func catalog() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../systemd/conductor.catalog").standardized
        let text = try String(contentsOf: file, encoding: .utf8)
        let explained = text.matches(of: /(?m)^-- ([0-9a-f]{32})$/).compactMap { MessageID($0.output.1) }
        #expect(Set(explained) == Set(EventKind.allCases.map(\.messageID) + MessageID.ofDaemon))
        #expect(explained.count == Set(explained).count)
    }

    @Test("of an escalation is critical, and names the task")
    func escalation() throws {
        let key = TaskKey(workflowID: WorkflowID("w"), taskID: try #require(TaskID("t")))
        let entry = JournalEntry(Escalation(key: key, agentID: nil, errorCode: "BROKEN", message: "no compiler"))
        #expect(entry.priority == .critical)
        #expect(entry.message == "Task w/t needs attention: BROKEN: no compiler")
    }
}
