import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorProtocol

/// The last word on a workflow: what it has come to, and the exit status that it means.
struct RunEnding {
    private var report: RunReport
    private let workflow: WorkflowDetails

    /// Asks for what people see beside the state, while there is a daemon to ask.
    /// - Parameter daemonStays: Whether there still is one when this is read.
    init(
        _ workflow: WorkflowDetails, _ format: FormatOptions, socket: DaemonSocket, daemonStays: Bool = true
    ) async {
        self.workflow = workflow
        report = RunReport(workflow, hasDaemon: daemonStays)
        guard !format.json, let client = try? await socket.connect() else { return }
        await report.complete(client)
        client.close()
    }

    /// Throws the exit status, unless all is well.
    func show(_ format: FormatOptions) async throws {
        var writer = JSONWriter()
        writer.object { $0.member("state", workflow.state.text) }
        try await format.send(writer.text, lines: [""] + report.lines(on: Terminal.layout))
        let status = ExitStatus(workflow.state)
        guard status == .success else { throw status }
    }
}
