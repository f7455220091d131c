import ConductorClient
import ConductorJSON
import ConductorModel

/// A workflow's state for people: its phases, its tasks, what was sent back and what went wrong.
package struct WorkflowSummary: Sendable {
    private let state: WorkflowView
    private let definition: WorkflowDefinition
    /// Rows of `task.list`, for what has not ended.
    private let unfinished: [String: JSONValue]

    /// Reads the answer to `workflow.get`, and for one that has not ended rows of `task.list`, which say what its tasks
    /// wait for.
    package init(_ answer: JSONValue, tasks: [JSONValue] = []) throws(JSONFieldError) {
        var fields = try JSONFields(answer)
        state = try fields.required("state")
        definition = try fields.required("definition")
        let named = tasks.compactMap { row in row["task_id"]?.string.map { ($0, row) } }
        unfinished = Dictionary(named) { newest, _ in newest }
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
        let duration = state.json["duration_seconds"]?.double.map { " in \(Duration(inSeconds: $0).shown)" } ?? ""
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
            let rest = state.result(of: id).map(Self.cells) ?? Self.cells(unfinished: unfinished[id.description])
            table.add(first + rest)
        }
        return table
    }

    private static func cells(unfinished row: JSONValue?) -> [Table.Cell] {
        guard let row, let status = row["status"]?.string.flatMap(TaskStatus.init), !status.isTerminal else {
            return [Table.Cell("not ended", .faint)]
        }
        return [
            Table.Cell(status == .inProgress ? "running" : status.rawValue, status.tone), "",
            Table.Cell("\(row["attempts"]?.integer ?? 0)"), Table.Cell(row["agent_id"]?.string ?? ""),
            Table.Cell(row["waiting"]?["message"]?.string ?? ""),
        ]
    }

    private static func cells(_ result: JSONValue) -> [Table.Cell] {
        let status = result["status"]?.string.flatMap(TaskStatus.init)
        let agent = result["agent_id"]?.string ?? ""
        return [
            Table.Cell(status?.rawValue ?? "", status?.tone ?? .plain),
            Table.Cell(Duration(inSeconds: result["duration_seconds"]?.double ?? 0).shown),
            Table.Cell("\(result["attempt"]?.integer ?? 0)"),
            Table.Cell(agent == AgentID.coordinator.description ? "" : agent),
            Table.Cell(
                [result["error_code"], result["error_message"]].compactMap { $0?.string }.joined(separator: ": ")),
        ]
    }

    /// What monitors found in the last round, which nothing was done about.
    private func findings(_ style: Style) -> [String] {
        let results = definition.tasks.compactMap { task in task.taskID.flatMap { state.result(of: $0) } }
        let found = results.compactMap { result in
            result["feedback"].flatMap { try? Feedback(json: $0) }.map { (result["task_id"]?.string ?? "", $0) }
        }
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
