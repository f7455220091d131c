import ConductorModel

/// The life of one task on a terminal: what it waits for, what its agent says, and the attempts that failed.
package struct TaskLiveView: Sendable {
    private let id: TaskID
    private let style: Style
    private let symbols: Symbols

    package init(_ id: TaskID, style: Style, symbols: Symbols) {
        self.id = id
        self.style = style
        self.symbols = symbols
    }

    /// Fewer lines than the window has rows, each narrower than it; none once it has ended.
    package func lines(
        _ progress: RunProgress, now: Timestamp, on screen: LiveScreen = LiveScreen(), in window: Terminal.Size
    ) -> [String] {
        let width = window.columns - 1, room = max(window.rows - 1, 1)
        let task = progress.task(id) ?? RunProgress.TaskRow(id: id, state: .queued)
        guard task.ending == nil else { return [] }
        let head = head(task, progress, now, width)
        let foot = foot(screen, width)
        var body: [StyledLine]
        switch screen.pane {
        case .tasks: body = status(task, progress, now, width) + failures(task)
        case .logs(let tails):
            body = tails.flatMap(\.lines).suffix(max(room - 2, 0)).map(logged)
            if body.isEmpty { body = [StyledLine("  no lines were logged", .faint)] }
        }
        body = Array(body.prefix(max(room - 2, 0)))
        return Array(([head] + body + [foot]).prefix(room)).map { $0.painted(width, style) }
    }

    private func head(
        _ task: RunProgress.TaskRow, _ progress: RunProgress, _ now: Timestamp, _ width: Int
    ) -> StyledLine {
        let name = progress.name.isEmpty || progress.name == id.description ? "" : "  \(progress.name)"
        let sign: String, right: String
        switch task.state {
        case .running(let agent, let since, _):
            sign = symbols.running
            right = [agent?.description, attempt(task, progress), (now - since).clock]
                .compactMap { $0 }.joined(separator: "   ")
        case .retrying: (sign, right) = (symbols.retrying, (now - (progress.startedAt ?? now)).clock)
        case .queued, .ended: (sign, right) = (symbols.waiting, (now - (progress.startedAt ?? now)).clock)
        }
        var left = StyledLine("\(sign) ")
        left.add(id.shortened, .strong)
        var named = left
        named.add(name)
        return named.filled(width, right: StyledLine(right)) ?? left.filled(width, right: StyledLine(right)) ?? left
    }

    /// Of one that was tried before.
    private func attempt(_ task: RunProgress.TaskRow, _ progress: RunProgress) -> String? {
        guard task.retries > 0 else { return nil }
        return "attempt \(task.retries + 1)" + (progress.plan.mostAttempts[id].map { " of \($0)" } ?? "")
    }

    private func status(
        _ task: RunProgress.TaskRow, _ progress: RunProgress, _ now: Timestamp, _ width: Int
    ) -> [StyledLine] {
        switch task.state {
        case .queued:
            let reasons = progress.waits.map(\.message)
            return [StyledLine("  waiting" + (reasons.isEmpty ? "" : ": ") + reasons.joined(separator: "; "))]
        case .running(_, _, let note):
            let bar = note.percent.map { percent in
                symbols.bar(percent / 100, min(20, width / 4)) + " \(Int(min(max(percent, 0), 100)))%"
            }
            let said = note.text == note.logged ? "" : note.text
            let line = [bar, said.isEmpty ? nil : said].compactMap { $0 }.joined(separator: "  ")
            return (line.isEmpty ? [] : [StyledLine("  " + line)]) + (note.logged.isEmpty ? [] : [logged(note.logged)])
        case .retrying(_, let until):
            let next = attempt(task, progress) ?? "the next attempt"
            return [StyledLine("  \(next) in \((until - now).shown)", .doubtful)]
        case .ended: return []
        }
    }

    private func logged(_ text: String) -> StyledLine {
        var line = StyledLine("  \(symbols.bar) ", .faint)
        line.add(text)
        return line
    }

    /// The newest first.
    private func failures(_ task: RunProgress.TaskRow) -> [StyledLine] {
        task.errors.enumerated().reversed().map { index, error in
            StyledLine("  \(symbols.failed) attempt \(index + 1)  \(error)", .bad)
        }
    }

    private func foot(_ screen: LiveScreen, _ width: Int) -> StyledLine {
        guard !screen.asksToCancel else {
            return StyledLine("Cancel \(id.shortened)? y: yes, any other key: no", .doubtful)
        }
        for hint in screen.hints {
            if let line = StyledLine().filled(width, right: StyledLine(hint, .faint)) { return line }
        }
        return StyledLine()
    }
}
