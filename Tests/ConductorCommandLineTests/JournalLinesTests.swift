import ConductorModel
import Testing

@testable import ConductorCommandLine

@Suite("A line from the journal")
struct JournalLinesTests {
    @Test("has its task, its time and its text")
    func plain() throws {
        let line = try #require(
            JournalLines.Line(
                entry: """
                    {"MESSAGE":"compiling","CONDUCTOR_TASK_ID":"t","CONDUCTOR_WORKFLOW_ID":"w",\
                    "CONDUCTOR_TIMESTAMP":"2026-01-31T12:00:00.000001Z"}
                    """))
        #expect(line.taskID == TaskID("t") && line.workflowID == WorkflowID("w") && line.text == "compiling")
        #expect(line.timestamp == Timestamp("2026-01-31T12:00:00.000001Z"))
    }

    @Test("that is not plain text is read from its bytes")
    func bytes() throws {
        let line = try #require(
            JournalLines.Line(
                entry: """
                    {"MESSAGE":[27,91,49,109,255],"CONDUCTOR_TASK_ID":"t",\
                    "CONDUCTOR_TIMESTAMP":"2026-01-31T12:00:00Z"}
                    """))
        #expect(line.workflowID == nil && line.text == "\u{1B}[1m\u{FFFD}")
    }

    @Test("that is none is passed over", arguments: ["", "{}", #"{"MESSAGE":"m","CONDUCTOR_TASK_ID":"t"}"#])
    func none(text: String) {
        #expect(JournalLines.Line(entry: text) == nil)
    }
}
