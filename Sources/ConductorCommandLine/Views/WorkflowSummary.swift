import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A workflow's state for people: its phases, its tasks, what was sent back and what went wrong.
package struct WorkflowSummary: Sendable {
    private let state: WorkflowView
    private let definition: WorkflowDefinition
    private let results: [TaskID: TaskResult]
    /// For what has not ended.
    private let unfinished: [TaskID: TaskListEntry]

    /// - Parameter tasks: Of one that has not ended, to say what they wait for.
    package init(_ workflow: WorkflowDetails, tasks: [TaskListEntry] = []) {
        state = workflow.state
        definition = workflow.definition
        results = Dictionary(state.taskResults.map { ($0.taskID, $0) }) { first, _ in first }
        unfinished = Dictionary(tasks.map { ($0.key.taskID, $0) }) { newest, _ in newest }
    }

    package var workflow: WorkflowView { state }

    package func lines(on page: Layout) -> [String] {
        var lines = [headline(page.style)]
        let sections =
            [phaseTable.lines(on: page)]
            + (definition.tasks.isEmpty ? [] : [taskTable.lines(on: page)])
        for section in sections { lines += [""] + section }
        if state.isHeldAtGate { lines += [""] + HeldGate(state.workflowID).choices }
        let unscheduled = definition.tasks.filter { !definition.takes($0) }
        if !unscheduled.isEmpty { lines += [""] + unscheduled.map(\.neverRuns) }
        if state.feedbackCount > 0 { lines += ["", "feedback loops: \(state.feedbackCount)"] }
        if state.status == .failed { lines += findings(page.style) }
        if !state.errorLog.isEmpty { lines += ["", page.style.paint("errors", .strong)] + errors }
        return lines
    }

    private func headline(_ style: Style) -> String {
        let duration = state.duration.map { " in \($0.shown)" } ?? ""
        let held = state.isPaused ? ", paused" : state.isHeldAtGate ? ", held at a gate" : ""
        let name = TerminalText.sanitized(state.name)
        return "\(name) (\(state.workflowID)): " + style.paint(state.status.rawValue, state.status.tone)
            + "\(held)\(duration), \(state.completedTaskCount) completed, \(state.failedTaskCount) failed"
    }

    private var phaseTable: Table {
        var table = Table(["PHASE", "ROUND", "RESULT", "DURATION", "COMPLETED", "FAILED"])
        for run in state.phaseHistory {
            let took = run.ending.map { ($0.completedAt - run.startedAt).shown } ?? ""
            table.add([
                Table.Cell(run.phase.rawValue), Table.Cell("\(run.iteration + 1)"), Self.result(of: run),
                Table.Cell(took), Table.Cell("\(run.completedCount) of \(run.taskCount)"),
                Table.Cell("\(run.failedCount)", run.failedCount > 0 ? .bad : .plain),
            ])
        }
        return table
    }

    private static func result(of run: PhaseRun) -> Table.Cell {
        switch run.ending?.result {
        case .completed: Table.Cell("completed", .good)
        case .skipped: Table.Cell("skipped", .faint)
        case .failed: Table.Cell("failed", .bad)
        case .cancelled: Table.Cell("cancelled", .doubtful)
        case nil: "running"
        }
    }

    private var taskTable: Table {
        var table = Table(["TASK", "TYPE", "STATUS", "DURATION", "ATTEMPTS", "AGENT", "DETAIL"])
        for task in definition.tasks {
            guard let id = task.taskID else { continue }
            let first = [Table.Cell(id.description), Table.Cell(task.assignedTo?.rawValue ?? "")]
            let rest = results[id].map(Self.cells) ?? Self.cells(unfinished: unfinished[id])
            table.add(first + rest)
        }
        return table
    }

    private static func cells(unfinished task: TaskListEntry?) -> [Table.Cell] {
        guard let task, let status = task.status.known, !status.isTerminal else {
            return [Table.Cell("not ended", .faint)]
        }
        return [
            Table.Cell(status == .inProgress ? "running" : status.rawValue, status.tone), "",
            Table.Cell("\(task.attempts)"), Table.Cell(task.agentID?.description ?? ""),
            Table.Cell(task.waiting?.message ?? ""),
        ]
    }

    private static func cells(_ result: TaskResult) -> [Table.Cell] {
        [
            Table.Cell(result.status.rawValue, result.status.tone), Table.Cell(result.duration.shown),
            Table.Cell("\(result.attempt)"),
            Table.Cell(result.agentID == .coordinator ? "" : result.agentID.description),
            Table.Cell([result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: ": ")),
        ]
    }

    /// What monitors found in the last round, which nothing was done about.
    private func findings(_ style: Style) -> [String] {
        let found = state.taskResults.compactMap { result in result.feedback.map { (result.taskID, $0) } }
        guard !found.isEmpty else { return [] }
        return ["", style.paint("findings", .strong)]
            + found.flatMap { task, feedback in
                Self.texts(feedback.findings).map { "  \(task) (\(feedback.severity.rawValue)): \($0)" }
                    + Self.texts(feedback.recommendations).map { "  \(task) recommends: \($0)" }
            }.map(TerminalText.sanitized)
    }

    /// The elements of an array: strings bare, the rest as JSON.
    private static func texts(_ array: JSONText) -> [String] {
        (try? array.parsed())?.elements.map { $0.string ?? $0.text.string } ?? []
    }

    /// Where there were several rounds, with the round of each: an earlier one's may be overcome.
    private var errors: [String] {
        let hasRounds = state.phaseHistory.contains { $0.iteration > 0 }
        return state.errorLog.map { entry in
            let round = hasRounds ? "round \(entry.iteration + 1): " : ""
            let task = entry.taskID.map { "\($0): " } ?? ""
            return "  " + TerminalText.sanitized("\(round)\(task)\(entry.errorCode): \(entry.error)")
        }
    }
}
