import ConductorJSON
import ConductorModel

extension TaskRecord {
    /// Bytes of JSON that are held in memory for the task; the definition of a workflow's task is its workflow's.
    var heldBytes: Int {
        let definition = key.workflowID == nil ? definition.source.bytes.count : 0
        return definition + (resolvedInput?.bytes.count ?? 0) + (outcome?.result.heldBytes ?? 0)
            + attempts.reduce(0) { $0 + ($1.ending?.heldBytes ?? 0) }
    }
}

extension AttemptEnding {
    var heldBytes: Int { (errorMessage?.utf8.count ?? 0) + (feedback?.heldBytes ?? 0) }
}

extension TaskResult {
    var heldBytes: Int {
        outputData.bytes.count + metadata.bytes.count + (errorMessage?.utf8.count ?? 0) + (feedback?.heldBytes ?? 0)
    }
}

extension Feedback {
    var heldBytes: Int { contentBytes }
}

extension [Feedback] {
    var heldBytes: Int { reduce(0) { $0 + $1.heldBytes } }
}

extension [ErrorLogEntry] {
    var heldBytes: Int { reduce(0) { $0 + $1.error.utf8.count } }
}

extension WorkflowRecord {
    /// Bytes of JSON that are held in memory for the workflow, beside its tasks'.
    var heldBytes: Int {
        definition.source.bytes.count + inputs.bytes.count + feedback.heldBytes + errorLog.heldBytes
    }
}
