import ConductorModel

/// The rows of a live view that tell of single tasks, in columns.
struct LiveRows {
    private static let timeWidth = 6
    /// In a narrower window the agent is left out.
    static let widthWithAgents = 60
    private static let barWidth = 10

    private let plan: RunPlan
    private let tasks: [TaskID: RunProgress.TaskRow]
    private let now: Timestamp
    private let width: Int
    private let symbols: Symbols

    init(_ progress: RunProgress, _ groups: TaskGroups, _ now: Timestamp, width: Int, _ symbols: Symbols) {
        plan = progress.plan
        tasks = Dictionary((groups.failed + groups.running).map { ($0.id, $0) }) { first, _ in first }
        self.now = now
        self.width = width
        self.symbols = symbols
    }

    func lines(_ rows: [RunProgress.TaskRow]) -> [StyledLine] {
        let names = rows.map { TerminalText.width($0.id.shortened) }.max() ?? 0
        let agents = width >= Self.widthWithAgents ? rows.compactMap { agent(of: $0)?.count }.max() ?? 0 : 0
        return rows.map { line(for: $0, names: min(names, max(8, width / 3)), agents: min(agents, 16)) }
    }

    private func line(for task: RunProgress.TaskRow, names: Int, agents: Int) -> StyledLine {
        let (sign, tone) = sign(of: task)
        var line = StyledLine(" ")
        line.add(column: sign, symbols == .ascii ? 5 : 1, tone)
        line.add(column: TerminalText.shortened(task.id.shortened, names), names, tone)
        line.add(column: time(of: task), Self.timeWidth, .faint)
        if agents > 0 { line.add(column: agent(of: task) ?? "", agents, .faint) }
        switch task.state {
        case .queued: break
        case .running(_, _, let note): line.add(remark(note, task))
        case .retrying(let reason, let until): line.add("in \((until - now).shown)  \(reason)", .doubtful)
        case .ended(let ending):
            line.add([ending.errorCode, ending.errorMessage].compactMap { $0 }.joined(separator: " "))
        }
        return line
    }

    private func sign(of task: RunProgress.TaskRow) -> (String, Style.Tone) {
        switch task.state {
        case .queued: (symbols.waiting, .plain)
        case .running: (symbols.running, .plain)
        case .retrying: (symbols.retrying, .doubtful)
        case .ended(let ending): (ending.status.symbol(symbols), ending.status.tone)
        }
    }

    /// How long it runs or ran; of one that is to be tried again, which attempt comes.
    private func time(of task: RunProgress.TaskRow) -> String {
        switch task.state {
        case .queued: ""
        case .running(_, let since, _): (now - since).shown
        case .retrying: "\(task.retries + 1)" + (plan.mostAttempts[task.id].map { "/\($0)" } ?? ". try")
        case .ended(let ending): ending.duration.shown
        }
    }

    private func agent(of task: RunProgress.TaskRow) -> String? {
        switch task.state {
        case .queued, .retrying: nil
        case .running(let agent, _, _): agent?.description
        case .ended(let ending): ending.agent?.description
        }
    }

    private func remark(_ note: RunProgress.TaskRow.Note, _ task: RunProgress.TaskRow) -> String {
        let attempt = task.retries > 0 ? "attempt \(task.retries + 1)" : nil
        let bar = note.percent.map { percent in
            let bar = width >= Self.widthWithAgents ? symbols.bar(percent / 100, Self.barWidth) + " " : ""
            return bar + "\(Int(min(max(percent, 0), 100)))%"
        }
        return [bar, attempt, note.text].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// The ends of logs, of each task as many lines as there is room for.
    func logs(_ tails: [LiveScreen.LogTail], rows: Int) -> [StyledLine] {
        guard !tails.isEmpty, rows > 0 else { return [StyledLine(" no lines were logged", .faint)] }
        let shown = tails.prefix(max(1, rows / 4))
        let each = max(rows / shown.count - 1, 1)
        return shown.flatMap { tail -> [StyledLine] in
            let head = tasks[tail.task].map { lines([$0])[0] } ?? StyledLine(" \(tail.task)")
            return [head]
                + tail.lines.suffix(each).map { line in
                    var text = StyledLine("   \(symbols.bar) ", .faint)
                    text.add(line)
                    return text
                }
        }
    }
}
