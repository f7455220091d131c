import ConductorModel
import ConductorProtocol

/// A word names more than one thing, where one is needed.
package struct AmbiguousReference: Error, CustomStringConvertible {
    private let reference: WorkReference
    private let found: WorkMatchList

    package init(_ reference: WorkReference, _ found: WorkMatchList) {
        self.reference = reference
        self.found = found
    }

    package var description: String {
        var table = Table(["ID", "NAME", "STATUS", "STARTED"])
        for workflow in found.workflows {
            table.add([
                Table.Cell(workflow.workflowID.description), Table.Cell(workflow.numberedName),
                Table.Cell(Verdict(workflow).rawValue), Table.Cell(workflow.startedAt.shown),
            ])
        }
        for task in found.tasks {
            table.add([Table.Cell(task.key.description), Table.Cell(task.name), Table.Cell(task.status.text)])
        }
        let rows = table.lines(on: .plain).map { "  " + $0 } + (found.isCut ? ["  …"] : [])
        let name = TerminalText.sanitized(reference.text)
        return (["\"\(name)\" is ambiguous; say which by an id or a number:"] + rows).joined(separator: "\n")
    }
}

extension WorkflowListEntry {
    /// `release#41`: what names this run alone.
    package var numberedName: String { number > 0 ? "\(name)#\(number)" : name }
}
