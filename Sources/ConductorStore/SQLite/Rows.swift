import ConductorJSON
import ConductorModel

/// What stands in the columns of each record's row, as far as its checksum covers them, and that.
extension CoalescedChanges.Row<TaskRecord> {
    func write(to row: inout RowWriter) {
        row.put(record.key.taskID.description)
        row.put(record.key.workflowColumn)
        row.put(record.status.rawValue)
        row.put(record.definition.assignedTo?.rawValue)
        row.put(record.agentID?.description)
        row.put(record.definition.source)
        row.put(text)
        row.seal()
    }
}

extension CoalescedChanges.Row<WorkflowRecord> {
    func write(to row: inout RowWriter) {
        row.put(record.workflowID.description)
        row.put(record.status.rawValue)
        row.put(record.definition.source)
        row.put(record.inputs)
        row.put(text)
        row.seal()
    }
}

extension CoalescedChanges.Row<DeadLetter> {
    func write(to row: inout RowWriter) {
        let (state, key) = record.state.columns
        row.put(record.id.description)
        row.put(state.rawValue)
        row.put(key)
        row.put(text)
        row.seal()
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
    /// - Returns: the checksum.
    func write(to row: inout RowWriter) -> Int64 {
        row.put(sequence)
        row.put(timestamp.microseconds)
        row.put(kind.rawValue)
        row.put(workflowID?.description)
        row.put(taskID?.description)
        row.put(agentID?.description)
        row.put(attempt.map(Int64.init))
        row.put(phase?.rawValue)
        row.put(data)
        return row.seal()
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

extension DeadLetter {
    /// `seq`, these, and their checksum.
    static let columns = "seq, dead_letter_id, state, request_key, letter, checksum"
}

extension TaskKey {
    /// How the key's workflow stands in its column: a unique index would not hold NULLs together.
    var workflowColumn: String { workflowID?.description ?? "" }
}
