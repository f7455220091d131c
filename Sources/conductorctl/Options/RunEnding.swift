import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorProtocol

/// The last word on a workflow: its state, and the exit status that it means.
struct RunEnding {
    private let summary: WorkflowSummary

    init(_ workflow: WorkflowDetails) {
        summary = WorkflowSummary(workflow)
    }

    /// Throws the exit status, unless all is well.
    func show(_ format: FormatOptions) async throws {
        var writer = JSONWriter()
        let state = summary.workflow
        writer.object { $0.member("state", state.text) }
        try await format.send(
            writer.text, lines: [""] + summary.lines(on: Terminal.layout))
        let status = ExitStatus(state)
        guard status == .success else { throw status }
    }
}
