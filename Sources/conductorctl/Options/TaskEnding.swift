import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The last word on a task: its result, and the exit status that it means.
struct TaskEnding {
    private let result: TaskResult
    private let workflowID: WorkflowID?
    private let repetition: Repetition?

    init(_ reply: DispatchReply) throws {
        switch reply.outcome {
        case .ended(let result): self.result = result
        case .accepted: throw Self.noResult
        }
        workflowID = nil
        repetition = reply.repeated
    }

    init(_ task: TaskDetails, repetition: Repetition? = nil) throws {
        guard let result = task.result else { throw Self.noResult }
        self.result = result
        self.repetition = repetition
        workflowID = task.workflowID
    }

    private static let noResult = ConnectionFault.malformed(reason: "an answer without a result")

    /// Throws the exit status, unless all is well.
    ///
    /// - Parameter mayRepeat: Whether work that was there already is another's.
    func show(_ common: CommonOptions, mayRepeat: Bool = false) async throws {
        let remark = mayRepeat ? repetition?.sentence("task \(result.taskID)", ended: result.completedAt) : nil
        if common.format.json { EventStream.tell(remark) }
        let remarks = remark.map { [$0] } ?? []
        let verdict = await verdict(common)
        try await common.format.send(result, lines: remarks + (verdict ?? lines(Terminal.style)))
        let status = ExitStatus(result.status)
        guard status == .success else { throw status }
    }

    /// What a terminal shows; nil elsewhere.
    private func verdict(_ common: CommonOptions) async -> [String]? {
        guard Terminal.isLive, !common.format.json else { return nil }
        var verdict = TaskVerdict(TaskKey(workflowID: workflowID, taskID: result.taskID), result)
        if let client = try? await common.connect() {
            await verdict.complete(client)
            client.close()
        }
        return verdict.lines(on: Terminal.layout)
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
