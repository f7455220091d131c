import ConductorModel
import Foundation
import GRDB

/// What is asked for by name.
extension SQLiteStore {
    public func task(_ key: TaskKey) throws(StoreFault) -> TaskRecord? {
        if let task = projection.first({ $0.task(key) }) { return task }
        guard taskKeys.mayHold(key) else { return nil }
        return try faulting("task \(key)") {
            try lookups.unsafeRead { try $0.task(key) }
        }
    }

    public func task(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
        if let task = projection.first({ $0.task(id, attempt: token) }) { return task }
        guard let stored = try storedTask(id, attempt: token) else { return nil }
        return projection.first { $0.task(stored.key) } ?? stored
    }

    private func storedTask(_ id: TaskID, attempt token: AttemptToken) throws(StoreFault) -> TaskRecord? {
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
        if let letter = projection.first({ $0.deadLetter(id) }) { return letter }
        return try faulting("dead letter \(id)") {
            try lookups.unsafeRead { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE dead_letter_id = ?")
                return try Row.fetchOne(statement, arguments: [id.description]).map { row in try DeadLetter(row) }
            }
        }
    }

    public func workflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        while true {
            let number = projection.applied
            var unapplied: (workflow: WorkflowRecord?, tasks: [TaskRecord]) = (nil, [])
            projection.each { changes in
                unapplied.workflow = changes.workflow(id) ?? unapplied.workflow
                unapplied.tasks += changes.tasks(of: id)
            }
            let stored = try faulting("workflow \(id)") { try lookups.read { try $0.workflow(id) } }
            // Else some of it was written to the tables in between.
            guard projection.applied == number else { continue }
            guard let workflow = unapplied.workflow ?? stored?.0 else { return nil }
            return (workflow, merged(stored?.1 ?? [], unapplied.tasks))
        }
    }

    /// Each task's newest record, the older ones first.
    private func merged(_ tasks: [TaskRecord], _ newer: [TaskRecord]) -> [TaskRecord] {
        var merged = LatestByKey<TaskKey, TaskRecord>()
        for task in tasks + newer { merged.put(task, for: task.key) }
        return merged.values
    }

    public func wholeWorkflow(_ id: WorkflowID) throws(StoreFault) -> (WorkflowRecord, [TaskRecord])? {
        try applyCommits()
        return try faulting("workflow \(id)") { try wholes.read { try $0.workflow(id) } }
    }
}

extension Database {
    fileprivate func workflow(_ id: WorkflowID) throws -> (WorkflowRecord, [TaskRecord])? {
        guard let workflow = try workflowRecord(id) else { return nil }
        // What is sorted are the rows' numbers, not the rows.
        let tasks = try cachedStatement(
            sql: """
                SELECT \(TaskRecord.columns) FROM tasks WHERE seq IN (
                    SELECT seq FROM tasks WHERE workflow_id = ?
                ) ORDER BY seq
                """)
        return (
            workflow,
            try Row.fetchCursor(tasks, arguments: [id.description]).records { row in try TaskRecord(row) }
        )
    }

    func workflowRecord(_ id: WorkflowID) throws -> WorkflowRecord? {
        let statement = try cachedStatement(
            sql: "SELECT \(WorkflowRecord.columns) FROM workflows WHERE workflow_id = ?")
        return try Row.fetchOne(statement, arguments: [id.description]).map { row in try WorkflowRecord(row) }
    }

    func has(_ key: TaskKey) throws -> Bool {
        try cachedStatement(sql: "SELECT 1 FROM tasks WHERE workflow_id = ? AND task_id = ?")
            .hasRow(key.workflowColumn, key.taskID.description)
    }

    func has(_ id: WorkflowID) throws -> Bool {
        try cachedStatement(sql: "SELECT 1 FROM workflows WHERE workflow_id = ?").hasRow(id.description)
    }

    func task(_ key: TaskKey) throws -> TaskRecord? {
        guard try has(key) else { return nil }
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
