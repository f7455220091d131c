import ConductorModel
import GRDB

/// Writes a batch through the statements that the connection keeps, each row with its checksum, and those of history
/// with the newest event of their time.
struct BatchWriter {
    let db: Database
    private let newest: Int64

    init(_ db: Database, _ batch: CoalescedChanges) throws {
        self.db = db
        newest = try batch.events.last?.sequence ?? EventChain.end(db).sequence
    }

    /// - Returns: the end of the chain of events, if that has come further.
    func write(_ batch: CoalescedChanges) throws -> EventChain.Link? {
        for row in batch.tasks.values { row.isNew ? try insert(row) : try update(row) }
        for row in batch.workflows.values { row.isNew ? try insert(row) : try update(row) }
        for (id, entry) in batch.agents.entries {
            switch entry {
            case .saved(let state): try run("REPLACE INTO agents VALUES (?, ?, ?)", sealing: id.row(state))
            case .removed: try db.run("DELETE FROM agents WHERE agent_id = ?", [id.description])
            }
        }
        for (kind, entry) in batch.policies.entries {
            switch entry {
            case .saved(let policy): try run("REPLACE INTO policies VALUES (?, ?, ?)", sealing: policy.row)
            case .removed: try db.run("DELETE FROM policies WHERE kind = ?", [kind.rawValue])
            }
        }
        for breaker in batch.breakers.values { try save(breaker) }
        for row in batch.deadLetters.values { try save(row) }
        if let counts = batch.counts { try run("REPLACE INTO counters VALUES (?, ?, ?)", sealing: counts.row) }
        return try insert(batch.events)
    }

    private func insert(_ task: CoalescedChanges.Row<TaskRecord>) throws {
        try adding("task \(task.record.key)") {
            try run(
                """
                INSERT INTO tasks (
                    task_id, workflow_id, status, agent_type, agent_id, definition, progress, checksum, added, changed
                ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """, sealing: task.columns, task.added ?? newest, task.changed ?? newest)
        }
    }

    private func update(_ task: CoalescedChanges.Row<TaskRecord>) throws {
        try run(
            """
            UPDATE tasks SET status = ?3, agent_id = ?5, progress = ?7, checksum = ?8, changed = ?9
            WHERE workflow_id = ?2 AND task_id = ?1
            """, sealing: task.columns, task.changed ?? newest)
        guard db.changesCount == 1 else { throw StoreFault.unknown("task \(task.record.key)") }
    }

    private func insert(_ workflow: CoalescedChanges.Row<WorkflowRecord>) throws {
        try adding("workflow \(workflow.record.workflowID)") {
            try run(
                """
                INSERT INTO workflows (
                    workflow_id, status, definition, inputs, progress, checksum, added, changed, name, number, owner
                ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                """, sealing: workflow.columns, workflow.added ?? newest, workflow.changed ?? newest,
                workflow.record.definition.name, workflow.record.number, Int64(workflow.record.ownerUID))
        }
    }

    private func update(_ workflow: CoalescedChanges.Row<WorkflowRecord>) throws {
        try run(
            "UPDATE workflows SET status = ?2, progress = ?5, checksum = ?6, changed = ?7 WHERE workflow_id = ?1",
            sealing: workflow.columns, workflow.changed ?? newest)
        guard db.changesCount == 1 else { throw StoreFault.unknown("workflow \(workflow.record.workflowID)") }
    }

    /// One that has nothing to tell has no row.
    private func save(_ breaker: Breaker) throws {
        guard !breaker.isPristine else {
            return try db.run("DELETE FROM breakers WHERE agent_id = ?", [breaker.agentID.description])
        }
        try run("REPLACE INTO breakers VALUES (?, ?, ?)", sealing: breaker.row)
    }

    private func save(_ letter: CoalescedChanges.Row<DeadLetter>) throws {
        try run(
            """
            INSERT INTO dead_letters (dead_letter_id, state, request_key, letter, checksum, added, changed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (dead_letter_id) DO UPDATE
            SET state = excluded.state, request_key = excluded.request_key, letter = excluded.letter,
                checksum = excluded.checksum, changed = excluded.changed
            """, sealing: letter.columns, letter.added ?? newest, letter.changed ?? newest)
    }

    private func insert(_ events: [EventRecord]) throws -> EventChain.Link? {
        guard let first = events.first else { return nil }
        var last = try EventChain.end(db)
        try first.mustFollow(last.sequence)
        for event in events {
            let row = event.row
            last = EventChain.Link(event.sequence, row, after: last)
            try db.run(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                StatementArguments(columns: row + [last.checksum.databaseValue]))
        }
        return last
    }

    /// Runs a statement whose arguments are a row's columns, their checksum, and what it asks for after that.
    private func run(
        _ sql: String, sealing row: [DatabaseValue], _ rest: any DatabaseValueConvertible...
    ) throws {
        let columns = row + [Checksum.of(row).databaseValue] + rest.map(\.databaseValue)
        try db.run(sql, StatementArguments(columns: columns))
    }

    /// Tells what was added twice by its name rather than by its columns.
    private func adding(_ place: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw StoreFault.exists(place)
        }
    }
}

extension StatementArguments {
    /// Of values as they are: GRDB's own way for these makes a key path anew for each statement.
    fileprivate init(columns: [DatabaseValue]) {
        self.init(columns.lazy.map { $0 as (any DatabaseValueConvertible)? })
    }
}
