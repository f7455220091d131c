import ConductorModel

/// A run as lines, one for each thing that has happened, with the time since the run began.
package struct PlainRenderer: Sendable {
    package let style: Style
    /// Whether agents' log lines are shown too.
    package let showsLogs: Bool

    package init(style: Style, showsLogs: Bool = false) {
        self.style = style
        self.showsLogs = showsLogs
    }

    /// None for what is not worth a line.
    package func lines(for event: RunEvent, at time: Timestamp, of progress: RunProgress) -> [String] {
        guard let (text, tone) = sentence(for: event, of: progress) else { return [] }
        let elapsed = (time - (progress.startedAt ?? time)).shown
        let margin = String(repeating: " ", count: max(0, Self.margin - elapsed.count)) + elapsed
        let line = style.paint(margin, .faint) + "  " + style.paint(TerminalText.sanitized(text), tone)
        let indent = String(repeating: " ", count: Self.margin + 2)
        return [line] + choices(for: event).map { indent + $0 }
    }

    /// Columns of the time.
    private static let margin = 7

    private func sentence(for event: RunEvent, of progress: RunProgress) -> (String, Style.Tone)? {
        switch event {
        case .workflowStarted(let name, let taskCount, let iteration):
            ("\(name): \(taskCount.counted("task"))" + Self.round(iteration), .strong)
        case .paused: ("paused", .doubtful)
        case .resumed: ("resumed", .plain)
        case .ended(let ending):
            sentence(for: ending, of: progress)
        case .phaseStarted(let phase, let iteration, let taskCount):
            ("\(phase.rawValue): \(taskCount.counted("task"))" + Self.round(iteration), .strong)
        case .phaseEnded(let phase, let result, let completed, let failed):
            ("\(phase.rawValue) \(result.word): \(completed) succeeded, \(failed) failed", .plain)
        case .phaseSkipped(let phase): ("\(phase.rawValue) skipped: it has no tasks", .faint)
        case .gate(let phase, let gate): sentence(for: gate, after: phase?.rawValue ?? "the phase")
        case .feedback(let count, let severity, let source):
            (
                "feedback loop \(count): " + (severity?.rawValue ?? "feedback") + (source.map { " from \($0)" } ?? ""),
                .doubtful
            )
        case .policyViolated(let task, let policy, let reason):
            ("  \(task.map { "\($0): " } ?? "")\(policy) denies: \(reason)", .doubtful)
        case .task(let id, let event): sentence(for: event, of: id, retries: progress.task(id)?.retries ?? 0)
        }
    }

    private func sentence(
        for event: RunEvent.TaskEvent, of id: TaskID, retries: Int
    ) -> (String, Style.Tone)? {
        switch event {
        case .queued(let reason): return ("  \(id) waits" + (reason.map { ": \($0)" } ?? " for an agent"), .faint)
        case .started(let agent):
            let attempt = retries > 0 ? " (attempt \(retries + 1))" : ""
            return ("  \(id) started\(agent.map { " on \($0)" } ?? "")\(attempt)", .plain)
        case .adopted(let agent): return ("  \(id) still runs\(agent.map { " on \($0)" } ?? "")", .plain)
        case .retrying(let code, let message, let retry, let delay):
            let reason = [code, message].compactMap { $0 }.joined(separator: ": ")
            return ("  \(id) retries in \(delay.shown) (attempt \(retry + 1)): \(reason)", .doubtful)
        case .ended(let ending):
            let time = ending.status == .skipped ? "" : " in \(ending.duration.shown)"
            return ("  \(id) \(ending.status.word)\(time)\(Self.reason(ending))", ending.status.tone)
        case .progress: return nil
        case .log(let line): return showsLogs ? ("  \(id) | \(line)", .faint) : nil
        }
    }

    private func sentence(for gate: RunEvent.Gate, after phase: String) -> (String, Style.Tone)? {
        switch gate {
        case .passed: nil
        case .held(_, let reason): ("held at the gate after \(phase): \(reason)", .doubtful)
        case .blocked(let reason): ("the gate after \(phase) is blocked: \(reason)", .bad)
        case .approved: ("the gate after \(phase) was approved", .plain)
        case .denied: ("the gate after \(phase) was denied", .bad)
        }
    }

    /// What can be done about an event that waits for a person, below its line.
    func choices(for event: RunEvent) -> [String] {
        guard case .gate(_, .held(let id, _)) = event else { return [] }
        return HeldGate(id.shortened).choices
    }

    /// A workflow whose tasks did not all succeed has failed, though it went through all its phases.
    private func sentence(for ending: RunEvent.Ending, of progress: RunProgress) -> (String, Style.Tone) {
        switch ending.status {
        case .completed where ending.failed == 0 && ending.completed >= progress.taskCount: ("succeeded", .good)
        case .completed:
            ("failed: \(ending.completed) of \(progress.taskCount.counted("task")) succeeded", .bad)
        case .failed: ("failed" + (ending.errorCode.map { ": \($0)" } ?? ""), .bad)
        case .cancelled: ("cancelled", .doubtful)
        case .pending, .inProgress, .blocked, .skipped: (ending.status.rawValue, ending.status.tone)
        }
    }

    private static func reason(_ ending: RunEvent.TaskEnding) -> String {
        let parts = [ending.errorCode, ending.errorMessage].compactMap { $0 }
        return parts.isEmpty ? "" : ": " + parts.joined(separator: ": ")
    }

    private static func round(_ iteration: Int) -> String { iteration > 0 ? " (round \(iteration + 1))" : "" }
}

extension PhaseRun.Result {
    /// A phase is passed when its tasks have ended; the gate after it judges what became of them.
    package var word: String {
        switch self {
        case .completed: "passed"
        case .skipped, .failed, .cancelled: rawValue
        }
    }
}
