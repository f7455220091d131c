import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// The last word on a task: its result, and the exit status that it means.
struct TaskEnding {
    private let result: TaskResult

    init(_ result: TaskResult) {
        self.result = result
    }

    /// Throws the exit status, unless all is well.
    func show(_ format: FormatOptions) async throws {
        try await format.send(result, lines: lines(Terminal.style))
        let status = ExitStatus(result.status)
        guard status == .success else { throw status }
    }

    private func lines(_ style: Style) -> [String] {
        let agent = result.agentID == .coordinator ? "" : " by \(result.agentID)"
        let error = [result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: ": ")
        let head =
            "\(result.taskID) \(style.paint(result.status.rawValue, result.status.tone))\(agent)"
            + " in \(result.duration.shown)" + (error.isEmpty ? "" : ": \(TerminalText.sanitized(error))")
        return [head, result.outputData.string]
    }
}
