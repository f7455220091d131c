import ConductorJSON
import ConductorModel

/// A workflow as its author wrote it, checked as the daemon will check it.
package enum WorkflowFile {
    package static func load(_ document: SourceDocument) throws(SourceProblems) -> WorkflowDefinition {
        let definition = try document.read(as: WorkflowDefinition.self)
        let problems = WorkflowPlan.problems(of: definition).map { document.problem(at: $0.path, $0.message) }
            .sorted { a, b in
                guard let first = a.position, let second = b.position else { return b.position != nil }
                return first < second
            }
        if let problems = SourceProblems(problems) { throw problems }
        return definition
    }
}
