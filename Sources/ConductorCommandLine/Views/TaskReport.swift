import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// All that is known of a task, for people: how it stands, every attempt, its input and output, and the end of its log.
package struct TaskReport: Sendable {
    private static let logLines = 10
    private static let labelWidth = 11

    private let task: TaskDetails
    private var log: TaskLog?

    package init(_ task: TaskDetails) {
        self.task = task
    }

    private var key: TaskKey? {
        task.definition.taskID.map { TaskKey(workflowID: task.workflowID, taskID: $0) }
    }

    /// Asks for the end of the log. What cannot be had is left out.
    package mutating func complete(_ client: ConductorClient) async {
        guard let key, task.attempts > 0 else { return }
        log = try? await client.log(of: key, LogRange(.last(Self.logLines)))
    }

    package func lines(on page: Layout) -> [String] {
        var lines = headline(on: page)
        if let waiting = task.waiting { lines += section("waiting", [waiting.message], on: page) }
        let labels = task.definition.agentLabels
        if !labels.isEmpty { lines += section("demands", ["labels \(labels)"], on: page) }
        lines += section("attempts", task.attemptHistory.map { attempt($0, page.symbols) }, on: page)
        lines += section("found", task.attemptHistory.flatMap(findings), on: page)
        lines += section("input", Self.members(of: task.definition.inputData), on: page)
        if let result = task.result { lines += section("output", Self.members(of: result.outputData), on: page) }
        return lines + logSection(on: page)
    }

    private func headline(on page: Layout) -> [String] {
        let workflow = task.workflowID.map { "\($0.shortened)/" } ?? ""
        let id = task.definition.taskID.map { task.workflowID == nil ? $0.shortened : $0.description } ?? ""
        let name = task.definition.name == id ? "" : "  \(TerminalText.sanitized(task.definition.name))"
        let left = "\(task.status.symbol(page.symbols)) \(workflow)\(id)\(name)"
        let agent = task.attemptHistory.last.map { "agent \($0.agentID)" }
        let right = [
            task.definition.assignedTo?.rawValue, agent, task.status.word, task.result?.duration.shown,
        ].compactMap { $0 }.joined(separator: " \(page.symbols.dot) ")
        let head = page.style.paint(left, task.status.tone)
        let gap = page.width.map { $0 - TerminalText.width(left) - TerminalText.width(right) } ?? 2
        return gap >= 2 ? [head + String(repeating: " ", count: gap) + right] : [head, "  " + right]
    }

    private func attempt(_ attempt: ReportedAttempt, _ symbols: Symbols) -> String {
        let round = task.attemptHistory.contains { $0.iteration > 0 } ? "round \(attempt.iteration + 1)" : nil
        let ending = attempt.ending
        let sign = attempt.isRunning ? symbols.running : ending.map { $0.outcome.symbol(symbols) } ?? "?"
        let code = attempt.isRunning ? "running" : ending?.errorCode ?? ending?.outcome.word
        return [
            "\(attempt.number)", sign, code, ending?.duration.shown, attempt.agentID.description, round,
            ending?.errorMessage,
        ].compactMap { $0 }.joined(separator: "  ")
    }

    private func findings(_ attempt: ReportedAttempt) -> [String] {
        guard let feedback = attempt.ending?.feedback else { return [] }
        let texts = RunReport.texts(feedback.findings) + RunReport.texts(feedback.recommendations).map { "→ \($0)" }
        return texts.map { "round \(attempt.iteration + 1) (\(feedback.severity.rawValue)): \($0)" }
    }

    private func logSection(on page: Layout) -> [String] {
        guard let log, let key, !log.lines.isEmpty else { return [] }
        let lines = log.lines.map { "\(page.symbols.bar) \(TerminalText.lastState(of: $0.text))" }
        let workflow = key.workflowID.map { "\($0.shortened)/" } ?? ""
        let more = "(last \(log.lines.count) of \(log.last); all: conductorctl logs \(workflow)\(key.taskID))"
        return section("log", log.last > log.lines.count ? lines + [more] : lines, on: page)
    }

    /// The label before the first line.
    private func section(_ label: String, _ texts: [String], on page: Layout) -> [String] {
        texts.enumerated().map { index, text in
            let margin = "  " + TerminalText.padded(index == 0 ? label : "", Self.labelWidth)
            return page.style.paint(margin, .faint) + page.fitted(text, after: Self.labelWidth + 2)
        }
    }

    /// One in a line: strings bare, the rest as JSON.
    private static func members(of object: JSONText) -> [String] {
        (try? object.parsed())?.members.map { "\($0.key): \($0.value.string ?? $0.value.text.string)" } ?? []
    }
}

extension TaskStatus {
    /// What people read: the wire's word says less.
    package var word: String {
        switch self {
        case .pending: "waiting"
        case .inProgress: "running"
        case .completed: "succeeded"
        case .failed, .blocked, .skipped, .cancelled: rawValue
        }
    }

    func symbol(_ symbols: Symbols) -> String {
        switch self {
        case .pending: symbols.waiting
        case .inProgress: symbols.running
        case .completed: symbols.succeeded
        case .failed, .blocked: symbols.failed
        case .skipped: "-"
        case .cancelled: symbols.cancelled
        }
    }
}

extension AttemptEnding.Outcome {
    fileprivate var word: String {
        switch self {
        case .completed: "succeeded"
        case .failed, .rejected, .cancelled, .returned: rawValue
        }
    }

    fileprivate func symbol(_ symbols: Symbols) -> String {
        switch self {
        case .completed: symbols.succeeded
        case .failed, .rejected: symbols.failed
        case .cancelled: symbols.cancelled
        case .returned: "-"
        }
    }
}
