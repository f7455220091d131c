import ConductorModel

/// A run on a terminal, drawn anew at each change: head, counts with the reasons of waiting, and below them as many tasks
/// as there is room for; failures stay.
package struct LiveView: Sendable {
    let style: Style
    let symbols: Symbols

    package init(style: Style, symbols: Symbols) {
        self.style = style
        self.symbols = symbols
    }

    /// Fewer lines than the window has rows, each narrower than it, so that none wraps; none once it has ended.
    package func lines(
        _ progress: RunProgress, now: Timestamp, on screen: LiveScreen = LiveScreen(), in window: Terminal.Size
    ) -> [String] {
        if case .ended = progress.stage { return [] }
        let width = window.columns - 1, room = max(window.rows - 1, 0)
        let groups = TaskGroups(progress)
        var lines = [head(progress, now, width), counts(progress, groups, now, width)]
        lines += held(progress)
        let body = room - lines.count - 1
        let rows = LiveRows(progress, groups, now, width: width, symbols)
        var hidden = groups
        switch screen.pane {
        case .tasks:
            let listed = groups.listed(in: max(body, 0))
            lines += rows.lines(Array(listed.failed) + listed.others)
            hidden.hide(listed.failed.count, listed.others)
        case .logs(let tails): lines += rows.logs(tails, rows: max(body, 0))
        }
        lines = Array(lines.prefix(max(room - 1, 1)))
        if room > 1 { lines.append(foot(progress, hidden, screen, width)) }
        return lines.map { $0.painted(width, style) }
    }

    // MARK: Head

    private func head(_ progress: RunProgress, _ now: Timestamp, _ width: Int) -> StyledLine {
        let number = progress.plan.number > 0 ? "#\(progress.plan.number)" : ""
        let name = progress.name.isEmpty ? "submitted" : progress.name + number
        let time = (now - (progress.startedAt ?? now)).clock
        let round = round(progress)
        let rights = [StyledLine([round, time].compactMap { $0 }.joined(separator: "   ")), StyledLine(time)]
        let lefts = [phases(progress, all: true), phases(progress, all: false)].map { phases in
            var line = StyledLine(name, .strong)
            line.add(phases)
            return line
        }
        for left in lefts {
            for right in rights { if let line = left.filled(width, right: right) { return line } }
        }
        var short = StyledLine(TerminalText.shortened(name, max(width - time.count - 2, 1)), .strong)
        short.add("  " + time)
        return short
    }

    private func round(_ progress: RunProgress) -> String? {
        let most = progress.plan.mostRounds, round = progress.round
        if most > 1, round <= most { return "round \(round) of \(most)" }
        return round > 1 ? "round \(round)" : nil
    }

    /// - Parameter all: Not only the one that is on.
    private func phases(_ progress: RunProgress, all: Bool) -> StyledLine {
        var line = StyledLine()
        let runs = progress.phases.filter { $0.iteration + 1 == progress.round }
        let planned = progress.plan.phases.isEmpty ? runs.map(\.phase) : progress.plan.phases
        for phase in planned {
            let run = runs.last { $0.phase == phase }
            switch run?.state {
            case .running?: line.add("  \(symbols.running) \(phase.rawValue)", .strong)
            case .ended(let result)? where all: line.add("  \(result.symbol(symbols)) \(phase.rawValue)", .faint)
            case nil where all: line.add("  \(phase.rawValue)", .faint)
            case .ended?, nil: break
            }
        }
        return line
    }

    private func counts(
        _ progress: RunProgress, _ groups: TaskGroups, _ now: Timestamp, _ width: Int
    ) -> StyledLine {
        let part = groups.total > 0 ? Double(groups.ended) / Double(groups.total) : 0
        var line = StyledLine(symbols.bar(part, min(20, width / 4)), groups.failed.isEmpty ? .good : .bad)
        line.add("  \(groups.ended)/\(groups.total)")
        line.add(count(groups.failed.count, symbols.failed, "failed"), .bad)
        line.add(count(groups.retrying.count, symbols.retrying, "retrying"), .doubtful)
        line.add(count(groups.running.count, symbols.running, "running"))
        guard groups.waiting > 0 else { return line }
        line.add(symbols == .ascii ? "  \(groups.waiting) waiting" : "  \(symbols.waiting) \(groups.waiting)")
        if symbols != .ascii, width >= LiveRows.widthWithAgents { line.add(" waiting") }
        let reasons = progress.waits
        let shown = reasons.count == 1 ? [reasons[0].message] : reasons.map { "\($0.message): \($0.count)" }
        if !shown.isEmpty { line.add(": " + shown.joined(separator: "; "), .faint) }
        return line
    }

    private func count(_ count: Int, _ symbol: String, _ word: String) -> String {
        count == 0 ? "" : symbols == .ascii ? "  \(count) \(word)" : "  \(symbol) \(count)"
    }

    /// What a person has to decide, and how.
    private func held(_ progress: RunProgress) -> [StyledLine] {
        switch progress.stage {
        case .submitted, .running, .ended: return []
        case .paused: return [StyledLine(" \(symbols.held) paused", .doubtful)]
        case .heldAtGate(let phase, let reason, let id):
            let after = phase.map { " after \($0.rawValue)" } ?? ""
            let commands = "conductorctl approve \(id.shortened) | conductorctl retry \(id.shortened)"
            return [StyledLine(" \(symbols.held) held\(after): \(reason)", .doubtful), StyledLine("   " + commands)]
        }
    }

    // MARK: Foot

    private func foot(
        _ progress: RunProgress, _ hidden: TaskGroups, _ screen: LiveScreen, _ width: Int
    ) -> StyledLine {
        guard !screen.asksToCancel else {
            return StyledLine("Cancel \(progress.name)? y: yes, any other key: no", .doubtful)
        }
        let more = hidden.failed.count < TaskGroups(progress).failed.count ? "more failed" : "failed"
        let parts = [
            (hidden.failed.count, more, symbols.failed), (hidden.retrying.count, "retrying", symbols.retrying),
            (hidden.running.count, "running", symbols.running), (hidden.waiting, "waiting", symbols.waiting),
            (hidden.succeeded, "succeeded", symbols.succeeded), (hidden.skipped, "skipped", "-"),
            (hidden.cancelled, "cancelled", symbols.cancelled),
        ].filter { $0.0 > 0 }
        let words = parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let signs = parts.map { "\($0.0) \($0.2)" }.joined(separator: "  ")
        let lefts = (symbols == .ascii ? [words] : [words, signs]).map {
            StyledLine(parts.isEmpty ? "" : " … \($0)", .faint)
        }
        for left in lefts {
            for hint in screen.hints {
                if let line = left.filled(width, right: StyledLine(hint, .faint)) { return line }
            }
        }
        return lefts.first { $0.width <= width } ?? lefts[0]
    }
}

extension PhaseRun.Result {
    fileprivate func symbol(_ symbols: Symbols) -> String {
        switch self {
        case .completed: symbols.succeeded
        case .skipped: "-"
        case .failed: symbols.failed
        case .cancelled: symbols.cancelled
        }
    }
}
