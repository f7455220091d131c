import ConductorJSON
import ConductorModel

/// A workflow as its author wrote it, checked as the daemon will check it.
package enum WorkflowFile {
    package static func load(_ document: SourceDocument) throws(SourceProblems) -> WorkflowDefinition {
        try document.read(as: WorkflowDefinition.self) { WorkflowPlan.problems(of: $0, suggesting: true) }
    }
}
