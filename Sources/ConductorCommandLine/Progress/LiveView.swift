import ConductorModel

/// What a terminal shows below the lines of what has happened: the run now, drawn anew at each change.
package struct LiveView: Sendable {
    /// Running tasks that are listed where the window has room for them.
    package static let rows = 8

    package let style: Style

    package init(style: Style) {
        self.style = style
    }

    /// At most `rows + 2` lines and fewer than the window has, each narrower than it, so that none wraps.
    package func lines(_ progress: RunProgress, now: Timestamp, in window: Terminal.Size) -> [String] {
        if case .ended = progress.stage { return [] }
        let running = progress.running
        let width = window.columns - 1, room = min(Self.rows + 1, max(window.rows - 2, 0))
        // One of many gives its row to the number of those that have none.
        let listed = running.count <= min(room, Self.rows) ? running.count : max(room - 1, 0)
        var lines = running.prefix(listed).map { line(for: $0, now, width) }
        if listed < running.count, room > 0 {
            lines.append(style.paint(TerminalText.fitted("  … and \(running.count - listed) more", width), .faint))
        }
        lines.append(style.paint(TerminalText.fitted(status(progress, now), width), .strong))
        return lines
    }

    private func line(for task: RunProgress.TaskRow, _ now: Timestamp, _ width: Int) -> String {
        let id = TerminalText.fitted(task.id.description, max(8, width / 3))
        let rest: String
        switch task.state {
        case .running(let agent, let since, let note):
            rest = " \((now - since).shown)\(agent.map { " on \($0)" } ?? "")" + Self.remark(note)
        case .retrying(let code, let until): rest = " retries in \((until - now).shown): \(code)"
        case .queued, .ended: rest = ""
        }
        return TerminalText.fitted("  \(TerminalText.sanitized(id + rest))", width)
    }

    private func status(_ progress: RunProgress, _ now: Timestamp) -> String {
        let elapsed = (now - (progress.startedAt ?? now)).shown
        let counts = "\(progress.endedCount) of \(progress.taskCount.counted("task")) done"
        let loops = progress.feedbackLoops > 0 ? ", \(progress.feedbackLoops.counted("feedback loop"))" : ""
        return "\(headline(progress)) · \(counts)\(loops) · \(elapsed)"
    }

    private func headline(_ progress: RunProgress) -> String {
        switch progress.stage {
        case .submitted: "submitted"
        case .running: progress.phases.last?.phase.rawValue ?? "running"
        case .paused: "paused"
        case .heldAtGate(let phase, _): "held at the gate\(phase.map { " after \($0.rawValue)" } ?? "")"
        case .ended(let ending): ending.status.rawValue
        }
    }

    private static func remark(_ note: RunProgress.TaskRow.Note) -> String {
        let percent = note.percent.map { " \(Int($0)) %" } ?? ""
        return note.text.isEmpty ? percent : "\(percent) \(note.text)"
    }
}
