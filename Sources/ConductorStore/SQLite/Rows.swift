import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// What stands in the columns of each record's row, as far as its checksum covers them.
extension CoalescedChanges.Row<TaskRecord> {
    var columns: [DatabaseValue] {
        let key = record.key
        return [
            .text(key.taskID.description), key.workflowColumn, .text(record.status.rawValue),
            .text(record.definition.assignedTo?.rawValue), .text(record.agentID?.description),
            .blob(record.definition.source), .blob(text),
        ]
    }
}

extension CoalescedChanges.Row<WorkflowRecord> {
    var columns: [DatabaseValue] {
        [
            .text(record.workflowID.description), .text(record.status.rawValue), .blob(record.definition.source),
            .blob(record.inputs), .blob(text),
        ]
    }
}

extension CoalescedChanges.Row<DeadLetter> {
    var columns: [DatabaseValue] {
        let (state, key) = record.state.columns
        return [.text(record.id.description), .text(state.rawValue), .text(key), .blob(text)]
    }
}

extension TaskRecord {
    /// `seq`, these, and their checksum.
    static let columns = "seq, task_id, workflow_id, status, agent_type, agent_id, definition, progress, checksum"
}

extension WorkflowRecord {
    /// `seq`, these, and their checksum.
    static let columns = "seq, workflow_id, status, definition, inputs, progress, checksum"
}

extension EventRecord {
    var row: [DatabaseValue] {
        [
            sequence.databaseValue, timestamp.microseconds.databaseValue, .text(kind.rawValue),
            .text(workflowID?.description), .text(taskID?.description), .text(agentID?.description),
            attempt.databaseValue, .text(phase?.rawValue), .blob(data),
        ]
    }
}

extension AgentState {
    /// Without the lists of its tasks, which stand in the tasks' own rows.
    var stored: JSONText {
        var writer = JSONWriter(reserving: 1024)
        write(to: &writer, listingTasks: false)
        return writer.text
    }
}

extension Policy {
    var row: [DatabaseValue] { [.text(kind.rawValue), .blob(jsonText)] }
}

extension Breaker {
    var row: [DatabaseValue] { [.text(agentID.description), .blob(jsonText)] }
}

extension DeadLetter {
    /// `seq`, these, and their checksum.
    static let columns = "seq, dead_letter_id, state, request_key, letter, checksum"
}

extension AgentID {
    /// The row of the agent whose state is stored as `state`.
    func row(_ state: JSONText) -> [DatabaseValue] { [.text(description), .blob(state)] }
}

extension StatusCounts {
    /// There is one row.
    var row: [DatabaseValue] { [1.databaseValue, .blob(jsonText)] }
}

extension TaskKey {
    /// How the key's workflow stands in its column: a unique index would not hold NULLs together.
    var workflowColumn: DatabaseValue { .text(workflowID?.description ?? "") }
}

extension DatabaseValue {
    fileprivate static func text(_ text: String?) -> DatabaseValue { text.databaseValue }

    fileprivate static func blob(_ text: JSONText) -> DatabaseValue { Data(text.bytes).databaseValue }
}
