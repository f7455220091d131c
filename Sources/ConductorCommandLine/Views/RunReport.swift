import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a run has come to, for people: its verdict, what failed and why, what monitors found, and what to type next.
package struct RunReport: Sendable {
    /// What a monitor found.
    struct Finding: Sendable {
        /// Counts from 1.
        let round: Int
        let agent: AgentID
        let feedback: Feedback
    }

    /// Failures that are shown with the ends of their logs, where not all are asked for.
    private static let shownFailures = 5
    private static let logLines = 5
    private static let shownOutputs = 3
    private static let labelWidth = 9
    /// So many monitors are asked for what they found.
    private static let askedMonitors = 50

    let workflow: WorkflowDetails
    /// The ends of failed tasks' logs.
    private(set) var logs: [TaskID: [String]] = [:]
    /// Oldest first.
    private(set) var findings: [Finding] = []
    private let showsAll: Bool
    private let hasDaemon: Bool

    /// - Parameters:
    ///   - showingAll: Every failure.
    ///   - hasDaemon: Whether its daemon can be asked for more, and told what to do, once the report is read.
    package init(_ workflow: WorkflowDetails, showingAll: Bool = false, hasDaemon: Bool = true) {
        self.workflow = workflow
        self.hasDaemon = hasDaemon
        showsAll = showingAll
    }

    /// Asks for what the workflow's own state does not tell. What cannot be had, by an older daemon or for want of a role,
    /// is left out.
    package mutating func complete(_ client: ConductorClient) async {
        let id = workflow.state.workflowID
        for result in shownFailures where result.attempt > 0 {
            let log = try? await client.log(
                of: TaskKey(workflowID: id, taskID: result.taskID), attempt: result.attempt,
                LogRange(.last(Self.logLines)))
            logs[result.taskID] = log?.lines.map { TerminalText.lastState(of: $0.text) }
        }
        let monitors = workflow.definition.tasks.filter { $0.assignedTo == .monitor }.compactMap(\.taskID)
        for task in monitors.prefix(Self.askedMonitors)
        where workflow.state.feedbackCount > 0 || workflow.state.status == .failed {
            let history = try? await client.task(TaskKey(workflowID: id, taskID: task)).attemptHistory
            for attempt in history ?? [] {
                guard let feedback = attempt.ending?.feedback else { continue }
                findings.append(Finding(round: attempt.iteration + 1, agent: attempt.agentID, feedback: feedback))
            }
        }
        findings.sort { $0.round < $1.round }
    }

    private var failures: [TaskResult] { workflow.state.taskResults.filter { $0.status == .failed } }
    private var shownFailures: [TaskResult] { showsAll ? failures : Array(failures.prefix(Self.shownFailures)) }

    package func lines(on page: Layout) -> [String] {
        var lines = headline(on: page) + shownFailures.flatMap { failure($0, on: page) }
        if let more = more(on: page) { lines.append(more) }
        lines += findings.flatMap { finding($0, on: page) } + reasons(on: page) + outputs(on: page)
        let unscheduled = workflow.definition.tasks.filter { !workflow.definition.takes($0) }
        lines += unscheduled.map { "  " + page.fitted($0.neverRuns, after: 2) }
        return lines + next(on: page)
    }

    // MARK: Parts

    private var verdict: Verdict { Verdict(workflow.state) }

    private func headline(on page: Layout) -> [String] {
        let state = workflow.state
        let time = state.duration.map { " in \($0.shown)" } ?? ""
        let after = verdict == .held ? state.currentPhase.map { " after \($0.rawValue)" } ?? "" : ""
        let left =
            "\(verdict.symbol(page.symbols)) \(TerminalText.sanitized(state.name)) \(verdict.rawValue)\(after)\(time)"
        let right = ([identity, rounds].compactMap { $0 } + counts(page.symbols))
            .joined(separator: page.width == nil ? ", " : " \(page.symbols.dot) ")
        let head = page.style.paint(left, verdict.tone)
        guard let width = page.width else { return ["\(head): \(right)"] }
        let gap = width - TerminalText.width(left) - TerminalText.width(right)
        guard gap >= 2 else { return [head, "  " + right] }
        return [head + String(repeating: " ", count: gap) + right]
    }

    private var identity: String {
        let state = workflow.state
        return "run \(state.workflowID.shortened)" + (state.number > 0 ? " #\(state.number)" : "")
    }

    private var rounds: String? {
        let count = (workflow.state.phaseHistory.map(\.iteration).max() ?? 0) + 1
        return count > 1 ? "\(count) rounds" : nil
    }

    /// How many tasks ended how; in words where lines are for programs.
    private func counts(_ symbols: Symbols) -> [String] {
        let statuses = Dictionary(grouping: workflow.state.taskResults, by: \.status).mapValues(\.count)
        let failed = statuses[.failed] ?? 0, completed = statuses[.completed] ?? 0
        let isPlain = symbols == .ascii
        return [
            isPlain ? "\(completed) succeeded" : "\(completed) \(symbols.succeeded)",
            failed == 0 ? nil : isPlain ? "\(failed) failed" : "\(failed) \(symbols.failed)",
            statuses[.skipped].map { "\($0) skipped" }, statuses[.cancelled].map { "\($0) cancelled" },
        ].compactMap { $0 }
    }

    private func failure(_ result: TaskResult, on page: Layout) -> [String] {
        let left = "  \(page.symbols.failed) \(result.taskID)  \(result.errorCode ?? "")"
        let agent = result.agentID == .coordinator ? nil : result.agentID.description
        let attempt = result.attempt > 1 ? "attempt \(result.attempt)" : nil
        let right = [agent, result.duration.shown, attempt].compactMap { $0 }.joined(separator: "  ")
        let message = TerminalText.sanitized(result.errorMessage ?? "")
        let head = page.style.paint(page.fitted(left), .bad)
        let room = page.width.map { $0 - TerminalText.width(left) - TerminalText.width(right) - 4 } ?? .max
        let logged = (logs[result.taskID] ?? []).map { line in
            "      " + page.style.paint("\(page.symbols.bar) \(page.fitted(line, after: 8))", .faint)
        }
        guard page.width != nil else { return ["\(head)  \(message)  (\(right))"] + logged }
        guard room < TerminalText.width(message) else {
            return ["\(head)  \(TerminalText.padded(message, room))  \(right)"] + logged
        }
        let rest = page.fitted("  " + right, after: min(TerminalText.width(left), page.width ?? 0))
        return [head + rest, "      " + page.fitted(message, after: 6)] + logged
    }

    private func more(on page: Layout) -> String? {
        let count = failures.count - shownFailures.count
        guard count > 0 else { return nil }
        guard hasDaemon else { return "  … \(count) more failed" }
        return "  … \(count) more: conductorctl show \(workflow.state.workflowID.shortened) --failed"
    }

    private func finding(_ finding: Finding, on page: Layout) -> [String] {
        let feedback = finding.feedback
        let began = workflow.state.began(roundAfter: finding.round - 1, feedback)
        let head =
            began
            ? "\(page.symbols.round) round \(finding.round + 1) began because \(finding.agent) found"
            : "\(finding.agent) found in round \(finding.round)"
        let texts = Self.texts(feedback.findings), advice = Self.texts(feedback.recommendations)
        let line = "  \(head) (\(feedback.severity.rawValue)):"
        guard !texts.isEmpty || !advice.isEmpty else { return ["  \(head) (\(feedback.severity.rawValue))"] }
        return [page.style.paint(line, .doubtful)] + texts.map { "      " + page.fitted($0, after: 6) }
            + advice.map { "      \(page.symbols.arrow) " + page.fitted($0, after: 9) }
    }

    /// Why the workflow itself failed, beyond its tasks.
    private func reasons(on page: Layout) -> [String] {
        let failed = Set(failures.map(\.taskID))
        let entries = workflow.state.errorLog.filter { entry in entry.taskID.map { !failed.contains($0) } ?? true }
        let hasRounds = rounds != nil
        return entries.suffix(Self.shownFailures).map { entry in
            // An error of an earlier round may be overcome.
            let round = hasRounds ? "round \(entry.iteration + 1): " : ""
            let task = entry.taskID.map { "\($0): " } ?? ""
            return "  " + page.fitted("\(round)\(task)\(entry.errorCode): \(entry.error)", after: 2)
        }
    }

    /// What the run gave as a whole; of one that names no outputs, what its last tasks gave.
    private func outputs(on page: Layout) -> [String] {
        guard !workflow.definition.outputs.isEmpty else { return taskOutputs(on: page) }
        let outputs = workflow.state.outputs
        let values = (try? outputs.values.parsed())?.members.map {
            TerminalText.sanitized("\($0.key)=\($0.value.string ?? $0.value.text.string)")
        }
        let line = (values ?? []).joined(separator: "   ")
        let fits = page.width.map { 2 + Self.labelWidth + TerminalText.width(line) <= $0 } ?? true
        return labelled("outputs", line.isEmpty ? [] : fits ? [line] : values ?? [], on: page)
            + labelled("missing", outputs.missing.map { "\($0.name): \($0.reason)" }, on: page)
    }

    private func labelled(_ label: String, _ lines: [String], on page: Layout) -> [String] {
        lines.enumerated().map { index, line in
            "  " + TerminalText.padded(index == 0 ? label : "", Self.labelWidth)
                + page.fitted(line, after: 2 + Self.labelWidth)
        }
    }

    private func taskOutputs(on page: Layout) -> [String] {
        let given = workflow.state.taskResults.filter { $0.status == .completed }.compactMap { result in
            let members = (try? result.outputData.parsed())?.members.map {
                "\($0.key)=\($0.value.string ?? $0.value.text.string)"
            }
            return members.flatMap { $0.isEmpty ? nil : "\(result.taskID)  " + $0.joined(separator: "  ") }
        }
        return labelled("outputs", given.suffix(Self.shownOutputs), on: page)
    }

    private func next(on page: Layout) -> [String] {
        guard hasDaemon else { return [] }
        let id = workflow.state.workflowID.shortened
        switch verdict {
        case .succeeded: return []
        case .held: return HeldGate(id).choices.map { "  " + $0 }
        case .running: return ["  next     conductorctl watch \(id)"]
        case .paused: return ["  next     conductorctl resume \(id)"]
        case .failed, .cancelled:
            let logged = failures.first { logs[$0.taskID]?.isEmpty == false }
            let commands = [logged.map { "conductorctl logs \(id)/\($0.taskID)" }, "conductorctl retry \(id)"]
                .compactMap { $0 }
            return ["  next     " + commands.joined(separator: " \(page.symbols.dot) ")]
        }
    }

    /// The elements of an array: strings bare, the rest as JSON.
    static func texts(_ array: JSONText) -> [String] {
        (try? array.parsed())?.elements.map { $0.string ?? $0.text.string } ?? []
    }
}
