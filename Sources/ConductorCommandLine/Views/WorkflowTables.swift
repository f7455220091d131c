import ConductorClient
import ConductorModel
import ConductorProtocol

/// A workflow's phases and tasks, each in a row.
package struct WorkflowTables: Sendable {
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

    package func lines(on page: Layout) -> [String] {
        let tables = [phaseTable, taskTable].filter { !$0.isEmpty }
        return tables.flatMap { [""] + $0.lines(on: page) }
    }

    private var phaseTable: Table {
        var table = Table(["PHASE", "ROUND", "RESULT", "DURATION", "SUCCEEDED", "FAILED"])
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

    /// A phase is passed when its tasks have ended, whatever became of them; the gate after it judges that.
    private static func result(of run: PhaseRun) -> Table.Cell {
        switch run.ending?.result {
        case .completed: Table.Cell(PhaseRun.Result.completed.word, run.failedCount == 0 ? .good : .plain)
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
            return [Table.Cell("pending", .faint)]
        }
        return [
            Table.Cell(status.word, status.tone), "", Table.Cell("\(task.attempts)"),
            Table.Cell(task.agentID?.description ?? ""), Table.Cell(task.waiting?.message ?? ""),
        ]
    }

    private static func cells(_ result: TaskResult) -> [Table.Cell] {
        [
            Table.Cell(result.status.word, result.status.tone), Table.Cell(result.duration.shown),
            Table.Cell("\(result.attempt)"),
            Table.Cell(result.agentID == .coordinator ? "" : result.agentID.description),
            Table.Cell([result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: ": ")),
        ]
    }
}
