import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// What stands in the columns of each record's row, as far as its checksum covers them.
extension TaskRecord {
    /// `seq`, these, and their checksum.
    static let columns = "seq, task_id, workflow_id, status, agent_type, agent_id, definition, progress, checksum"

    var row: [DatabaseValue] {
        [
            .text(key.taskID.description), key.workflowColumn, .text(status.rawValue),
            .text(definition.assignedTo?.rawValue), .text(agentID?.description), .blob(definition.source),
            .blob(progress),
        ]
    }
}

extension WorkflowRecord {
    /// `seq`, these, and their checksum.
    static let columns = "seq, workflow_id, status, definition, inputs, progress, checksum"

    var row: [DatabaseValue] {
        [
            .text(workflowID.description), .text(status.rawValue), .blob(definition.source), .blob(inputs),
            .blob(progress),
        ]
    }
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
    var row: [DatabaseValue] {
        var writer = JSONWriter(reserving: 1024)
        write(to: &writer, listingTasks: false)
        return [.text(agentID.description), .blob(writer.text)]
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

    var row: [DatabaseValue] {
        let (state, key) = state.columns
        return [.text(id.description), .text(state.rawValue), .text(key), .blob(jsonText)]
    }
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
