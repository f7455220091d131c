import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("A workflow's state")
struct WorkflowViewTests {
    @Test("keeps its outputs up to 1 MiB of text, and tells of each that it leaves out")
    func outputBudget() throws {
        func text(_ bytes: Int) -> String {
            var result = Sample.shortResult
            result.outputData = Sample.json(#"{"x":"\#(String(repeating: "x", count: bytes))"}"#)
            return WorkflowState(record: Sample.newWorkflow.record, taskResults: [result]).jsonText.string
        }
        let rest = text(0).utf8.count
        let largest = text((1 << 20) - rest)
        #expect(largest.utf8.count == 1 << 20)
        #expect(!largest.contains("output_omitted"))
        let omitted = text((1 << 20) - rest + 1)
        #expect(omitted.contains(#""output_omitted":true"#))
        #expect(!omitted.contains("output_data"))
        #expect(try WorkflowView(json: JSONText(parsing: omitted).parsed()).omitsOutputs)
    }

    @Test("tells what its outputs came to, and why some are missing; nothing where it has none")
    func outputs() throws {
        let text = Sample.workflow.jsonText
        #expect(
            text.string.contains(#""outputs":{"n":1.50},"missing_outputs":{"url":"task t has no output host"}"#))
        let view = try WorkflowView(json: text.parsed())
        #expect(view.outputs.values.string == #"{"n":1.50}"#)
        #expect(view.outputs.missing.map(\.name) == ["url"])
        #expect(!Sample.newWorkflow.jsonText.string.contains("outputs"))
    }

    @Test("finds the result of a task, and how long the whole took")
    func results() {
        let state = WorkflowView(Sample.workflow)
        #expect(state.result(of: Sample.task)?.errorCode == "E")
        #expect(state.result(of: Sample.id("nobody")) == nil)
        #expect(state.duration == .microseconds(1_499_999))
        #expect(WorkflowView(Sample.newWorkflow).duration == nil)
    }
}
