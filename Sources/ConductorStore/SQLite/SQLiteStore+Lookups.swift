import ConductorModel
import Foundation
import GRDB

/// What is asked for by name.
extension SQLiteStore {
    public func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        try faulting("task \(key)") {
            try lookups.unsafeRead { try $0.task(key) }
        }
    }

    public func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        try faulting("task \(id)") {
            try wholes.read { db in
                if let alone = try db.task(TaskKey(taskID: id)), alone.has(token) { return alone }
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT \(TaskRecord.columns) FROM (
                            SELECT \(TaskRecord.columns) FROM tasks WHERE task_id = ? AND workflow_id <> ''
                            ORDER BY seq DESC LIMIT \(StoreLimits.namesakes)
                        ) WHERE instr(progress, ?) > 0
                        """)
                let tokenBytes = Data(token.description.utf8)
                let rows = try Row.fetchCursor(statement, arguments: [id.description, tokenBytes])
                while let row = try rows.next() {
                    let task = try TaskRecord(row)
                    if task.has(token) { return task }
                }
                return nil
            }
        }
    }

    public func deadLetter(_ id: DeadLetterID) throws(StoreFault) -> DeadLetter? {
        try faulting("dead letter \(id)") {
            try lookups.unsafeRead { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE dead_letter_id = ?")
                return try Row.fetchOne(statement, arguments: [id.description]).map { row in try DeadLetter(row) }
            }
        }
    }

    public func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        try faulting("workflow \(id)") { try lookups.read { try $0.workflow(id) } }
    }

    public func wholeWorkflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        try faulting("workflow \(id)") { try wholes.read { try $0.workflow(id) } }
    }
}

extension Database {
    fileprivate func workflow(_ id: WorkflowID) throws -> (WorkflowRecord, [TaskRecord])? {
        let workflows = try cachedStatement(
            sql: "SELECT \(WorkflowRecord.columns) FROM workflows WHERE workflow_id = ?")
        guard let row = try Row.fetchOne(workflows, arguments: [id.description]) else { return nil }
        // What is sorted are the rows' numbers, not the rows.
        let tasks = try cachedStatement(
            sql: """
                SELECT \(TaskRecord.columns) FROM tasks WHERE seq IN (
                    SELECT seq FROM tasks WHERE workflow_id = ?
                ) ORDER BY seq
                """)
        return (
            try WorkflowRecord(row),
            try Row.fetchCursor(tasks, arguments: [id.description]).records { row in try TaskRecord(row) }
        )
    }

    fileprivate func task(_ key: TaskKey) throws -> TaskRecord? {
        let statement = try cachedStatement(
            sql: "SELECT \(TaskRecord.columns) FROM tasks WHERE workflow_id = ? AND task_id = ?")
        return try Row.fetchOne(statement, arguments: [key.workflowColumn, key.taskID.description])
            .map { row in try TaskRecord(row) }
    }
}

extension TaskRecord {
    fileprivate func has(_ token: AttemptToken) -> Bool {
        attempts.contains { $0.token == token }
    }
}

extension RowCursor {
    /// All that is left, each row read as a record.
    func records<Record>(_ read: (Row) throws -> Record) throws -> [Record] {
        var records: [Record] = []
        while let row = try next() { records.append(try read(row)) }
        return records
    }
}
