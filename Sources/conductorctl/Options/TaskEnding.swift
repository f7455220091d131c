import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The last word on a task: its result, and the exit status that it means.
struct TaskEnding {
    private let result: TaskResult
    private let repetition: Reply.Repetition?

    /// Of the answer to `task.dispatch` or `task.get`.
    init(_ answer: JSONValue) throws {
        guard let json = answer["result"] else { throw ConnectionFault.malformed(reason: "an answer without a result") }
        result = try TaskResult(json: json)
        repetition = Reply.Repetition(answer)
    }

    /// Throws the exit status, unless all is well.
    ///
    /// - Parameter mayRepeat: Whether work that was there already is another's.
    func show(_ format: FormatOptions, mayRepeat: Bool = false) async throws {
        let remark = mayRepeat ? repetition?.sentence("task \(result.taskID)", ended: result.completedAt) : nil
        if format.json { EventStream.tell(remark) }
        let remarks = remark.map { [$0] } ?? []
        try await format.send(result, lines: remarks + lines(Terminal.style))
        let status = ExitStatus(result.status)
        guard status == .success else { throw status }
    }

    private func lines(_ style: Style) -> [String] {
        let agent = result.agentID == .coordinator ? "" : " by \(result.agentID)"
        let error = [result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: ": ")
        let head =
            "\(result.taskID) \(style.paint(result.status.rawValue, result.status.tone))\(agent)"
            + " in \(result.duration.shown)" + (error.isEmpty ? "" : ": \(TerminalText.sanitized(error))")
        return [head, TerminalText.lines(json: result.outputData.string)]
    }
}
