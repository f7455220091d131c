import ConductorJSON
import ConductorModel
import Testing

@Suite("The tasks that run again")
struct SelectionTests {
    private func record(_ name: String, _ status: TaskStatus) throws -> TaskRecord {
        TaskRecord(
            key: TaskKey(taskID: try taskID(name)), definition: TaskDefinition(name: name, assignedTo: .coding),
            ownerUID: 0, createdAt: noon, stage: .ended(TaskRecord.Outcome(result: try result(name, status: status))),
            queueTimeout: .zero)
    }

    private static let named = WorkflowRecord.Selection.only([TaskID("x")].compactMap { $0 })

    @Test(
        "are all, or those that did not complete, or those named and what never had its turn",
        arguments: [
            (WorkflowRecord.Selection.everything, "t", TaskStatus.completed, true),
            (.unsuccessful, "t", .completed, false), (.unsuccessful, "t", .failed, true),
            (.unsuccessful, "t", .skipped, true), (.unsuccessful, "t", .cancelled, true),
            (named, "x", .completed, true), (named, "x", .failed, true), (named, "t", .failed, false),
            (named, "t", .skipped, true), (named, "t", .completed, false),
        ])
    func takes(selection: WorkflowRecord.Selection, name: String, status: TaskStatus, isTaken: Bool) throws {
        #expect(selection.takes(try record(name, status)) == isTaken)
    }

    @Test(
        "are kept with their workflow",
        arguments: [
            (WorkflowRecord.Selection.everything, #""everything""#), (.unsuccessful, #""unsuccessful""#),
            (named, #"["x"]"#),
        ])
    func text(selection: WorkflowRecord.Selection, text: String) throws {
        #expect(selection.jsonText.string == text)
        #expect(try WorkflowRecord.Selection(json: parse(text)) == selection)
    }
}
