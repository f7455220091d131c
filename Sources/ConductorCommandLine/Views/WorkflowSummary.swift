import ConductorClient
import ConductorJSON
import ConductorModel

/// A workflow's state for people: its phases, its tasks, what was sent back and what went wrong.
package struct WorkflowSummary: Sendable {
    private let state: WorkflowView
    /// In the order of the definition.
    private let tasks: [TaskDefinition]

    /// Reads the answer to `workflow.get`.
    package init(_ answer: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(answer)
        state = try fields.required("state")
        tasks = try fields.required("definition", as: WorkflowDefinition.self).tasks
    }

    package var workflow: WorkflowView { state }

    package func lines(on page: Layout) -> [String] {
        var lines = [headline(page.style)]
        let sections =
            [phaseTable.lines(on: page)]
            + (tasks.isEmpty ? [] : [taskTable.lines(on: page)])
        for section in sections { lines += [""] + section }
        if state.isHeldAtGate { lines += ["", "to decide: conductorctl approve \(state.workflowID) [--deny]"] }
        if !unscheduled.isEmpty {
            lines += ["", "taken by no phase: " + TerminalText.sanitized(unscheduled.joined(separator: ", "))]
        }
        if state.feedbackCount > 0 { lines += ["", "feedback loops: \(state.feedbackCount)"] }
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

    private var unscheduled: [String] { state.json["unscheduled"]?.elements.compactMap(\.string) ?? [] }

    private var phaseTable: Table {
        var table = Table(["PHASE", "ROUND", "RESULT", "TOOK", "COMPLETED", "FAILED"])
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
        var table = Table(["TASK", "TYPE", "STATUS", "TOOK", "ATTEMPTS", "AGENT", "ERROR"])
        for task in tasks {
            guard let id = task.taskID else { continue }
            table.add(Self.row(id, type: task.assignedTo, state.result(of: id)))
        }
        return table
    }

    private static func row(_ id: TaskID, type: AgentType?, _ result: JSONValue?) -> [Table.Cell] {
        let first = [Table.Cell(id.description), Table.Cell(type?.rawValue ?? "")]
        guard let result else { return first + [Table.Cell("not ended", .faint)] }
        let status = result["status"]?.string.flatMap(TaskStatus.init)
        let agent = result["agent_id"]?.string ?? ""
        return first + [
            Table.Cell(status?.rawValue ?? "", status?.tone ?? .plain),
            Table.Cell(Duration(inSeconds: result["duration_seconds"]?.double ?? 0).shown),
            Table.Cell("\(result["attempt"]?.integer ?? 0)"),
            Table.Cell(agent == AgentID.coordinator.description ? "" : agent),
            Table.Cell(result["error_code"]?.string ?? result["error_message"]?.string ?? ""),
        ]
    }

    private var errors: [String] {
        state.errorLog.map { entry in
            let task = entry.taskID.map { "\($0): " } ?? ""
            return "  " + TerminalText.sanitized("\(task)\(entry.errorCode): \(entry.error)")
        }
    }
}
