import ConductorClient
import ConductorCommandLine
import ConductorJSON

/// The last word on a workflow: its state, and the exit status that it means.
struct RunEnding {
    private let answer: JSONValue
    private let summary: WorkflowSummary

    /// Of the answer to `workflow.get`.
    init(_ answer: JSONValue) throws {
        self.answer = answer
        summary = try WorkflowSummary(answer)
    }

    /// Throws the exit status, unless all is well.
    func show(_ format: FormatOptions) async throws {
        var writer = JSONWriter()
        writer.object { $0.member("state", summary.workflow.json.text) }
        try await format.send(
            writer.text, lines: [""] + summary.lines(on: Terminal.layout))
        let status = ExitStatus(summary.workflow)
        guard status == .success else { throw status }
    }
}
