import ConductorJSON
import ConductorModel
import GRDB

/// Writes a batch through statements that are prepared once, each row with its checksum, and those of history with the
/// newest event of their time.
struct BatchWriter {
    private let db: Database
    private let newest: Int64
    private var row = RowWriter()

    init(_ db: Database, _ batch: CoalescedChanges) throws {
        self.db = db
        newest = try batch.events.last?.sequence ?? EventChain.end(db).sequence
    }

    mutating func write(_ batch: CoalescedChanges) throws {
        try StoredBytes(changedBy: batch, db).save(db)
        try write(batch.tasks.values)
        try write(batch.workflows.values)
        for (id, entry) in batch.agents.entries {
            switch entry {
            case .saved(let state): try replace("REPLACE INTO agents VALUES (?, ?, ?)", id.description, state)
            case .removed: try db.run("DELETE FROM agents WHERE agent_id = ?", [id.description])
            }
        }
        for (kind, entry) in batch.policies.entries {
            switch entry {
            case .saved(let policy):
                try replace("REPLACE INTO policies VALUES (?, ?, ?)", kind.rawValue, policy.jsonText)
            case .removed: try db.run("DELETE FROM policies WHERE kind = ?", [kind.rawValue])
            }
        }
        for breaker in batch.breakers.values { try save(breaker) }
        try write(batch.deadLetters.values)
        if let counts = batch.counts { try save(counts) }
        try write(batch.events)
    }

    private mutating func write(_ tasks: [CoalescedChanges.Row<TaskRecord>]) throws {
        guard !tasks.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO tasks (
                    task_id, workflow_id, status, agent_type, agent_id, definition, progress, checksum, added, changed,
                    owner
                ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                """)
        let update = try db.cachedStatement(
            sql: """
                UPDATE tasks SET status = ?3, agent_id = ?5, progress = ?7, checksum = ?8, changed = ?10
                WHERE workflow_id = ?2 AND task_id = ?1
                """)
        for task in tasks {
            row.begin()
            task.write(to: &row)
            row.put(task.added ?? newest)
            row.put(task.changed ?? newest)
            if task.isNew {
                row.put(Int64(task.record.ownerUID))
                try add(by: insert, "task \(task.record.key)")
            } else {
                try change(by: update, "task \(task.record.key)")
            }
        }
    }

    private mutating func write(_ workflows: [CoalescedChanges.Row<WorkflowRecord>]) throws {
        guard !workflows.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO workflows (
                    workflow_id, status, definition, inputs, progress, checksum, added, changed, name, number, owner
                ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                """)
        let update = try db.cachedStatement(
            sql: """
                UPDATE workflows SET status = ?2, progress = ?5, checksum = ?6, changed = ?8 WHERE workflow_id = ?1
                """)
        for workflow in workflows {
            row.begin()
            workflow.write(to: &row)
            row.put(workflow.added ?? newest)
            row.put(workflow.changed ?? newest)
            if workflow.isNew {
                row.put(workflow.record.definition.name)
                row.put(Int64(workflow.record.number))
                row.put(Int64(workflow.record.ownerUID))
                try add(by: insert, "workflow \(workflow.record.workflowID)")
            } else {
                try change(by: update, "workflow \(workflow.record.workflowID)")
            }
        }
    }

    /// Their tasks have been written before them.
    private mutating func write(_ letters: [CoalescedChanges.Row<DeadLetter>]) throws {
        guard !letters.isEmpty else { return }
        let save = try db.cachedStatement(
            sql: """
                INSERT INTO dead_letters (dead_letter_id, state, request_key, letter, checksum, added, changed, owner)
                VALUES (
                    ?1, ?2, ?3, ?4, ?5, ?6, ?7,
                    ifnull((SELECT owner FROM tasks WHERE workflow_id = ?8 AND task_id = ?9), 0)
                )
                ON CONFLICT (dead_letter_id) DO UPDATE
                SET state = excluded.state, request_key = excluded.request_key, letter = excluded.letter,
                    checksum = excluded.checksum, changed = excluded.changed
                """)
        for letter in letters {
            row.begin()
            letter.write(to: &row)
            row.put(letter.added ?? newest)
            row.put(letter.changed ?? newest)
            row.put(letter.record.key.workflowColumn)
            row.put(letter.record.key.taskID.description)
            try row.run(save)
        }
    }

    private mutating func write(_ events: [EventRecord]) throws {
        guard let first = events.first else { return }
        let insert = try db.cachedStatement(sql: "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let end = try EventChain.end(db)
        try first.mustFollow(end.sequence)
        var checksum = end.checksum
        for event in events {
            row.begin(after: checksum)
            checksum = event.write(to: &row)
            try row.run(insert)
        }
    }

    /// One that has nothing to tell has no row.
    private mutating func save(_ breaker: Breaker) throws {
        let id = breaker.agentID.description
        guard !breaker.isPristine else { return try db.run("DELETE FROM breakers WHERE agent_id = ?", [id]) }
        try replace("REPLACE INTO breakers VALUES (?, ?, ?)", id, breaker.jsonText)
    }

    /// There is one row.
    private mutating func save(_ counts: StatusCounts) throws {
        row.begin()
        row.put(1)
        row.put(counts.jsonText)
        row.seal()
        try row.run(db.cachedStatement(sql: "REPLACE INTO counters VALUES (?, ?, ?)"))
    }

    /// Of a table whose rows are a key and a text.
    private mutating func replace(_ sql: String, _ key: String, _ text: JSONText) throws {
        row.begin()
        row.put(key)
        row.put(text)
        row.seal()
        try row.run(db.cachedStatement(sql: sql))
    }

    /// Tells what was added twice by its name rather than by its columns.
    private func add(by statement: Statement, _ name: @autoclosure () -> String) throws {
        do {
            try row.run(statement)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw StoreFault.exists(name())
        }
    }

    private func change(by statement: Statement, _ name: @autoclosure () -> String) throws {
        try row.run(statement)
        guard db.changesCount == 1 else { throw StoreFault.unknown(name()) }
    }
}
