import ConductorEngine
import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// Writes a batch through the statements that the connection keeps.
struct BatchWriter {
    let db: Database

    func write(_ batch: Batch) throws {
        for row in batch.tasks.values { row.isNew ? try insert(row.record) : try update(row.record) }
        for row in batch.workflows.values { row.isNew ? try insert(row.record) : try update(row.record) }
        for entry in batch.agents.values {
            switch entry {
            case .saved(let state): try save(state)
            case .removed(let id): try run("DELETE FROM agents WHERE agent_id = ?", [id.description])
            }
        }
        for entry in batch.policies.values {
            switch entry {
            case .saved(let policy):
                try run("REPLACE INTO policies VALUES (?, ?)", [policy.kind.rawValue, blob(policy.jsonText)])
            case .removed(let kind): try run("DELETE FROM policies WHERE kind = ?", [kind.rawValue])
            }
        }
        for breaker in batch.breakers.values { try save(breaker) }
        for letter in batch.deadLetters.values { try save(letter) }
        try insert(batch.events)
        if let counts = batch.counts { try run("REPLACE INTO counters VALUES (1, ?)", [blob(counts.jsonText)]) }
    }

    private func insert(_ task: TaskRecord) throws {
        try adding("task \(task.key)") {
            try run(
                """
                INSERT INTO tasks (task_id, workflow_id, status, agent_type, agent_id, definition, progress)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    task.key.taskID.description, task.key.workflowColumn, task.status.rawValue,
                    task.definition.assignedTo?.rawValue, task.agentID?.description,
                    blob(task.definition.source), blob(task.progress),
                ])
        }
    }

    private func update(_ task: TaskRecord) throws {
        try run(
            "UPDATE tasks SET status = ?, agent_id = ?, progress = ? WHERE workflow_id = ? AND task_id = ?",
            [
                task.status.rawValue, task.agentID?.description, blob(task.progress),
                task.key.workflowColumn, task.key.taskID.description,
            ])
        guard db.changesCount == 1 else { throw StoreFault.unknown("task \(task.key)") }
    }

    private func insert(_ workflow: WorkflowRecord) throws {
        try adding("workflow \(workflow.workflowID)") {
            try run(
                "INSERT INTO workflows (workflow_id, status, definition, inputs, progress) VALUES (?, ?, ?, ?, ?)",
                [
                    workflow.workflowID.description, workflow.status.rawValue, blob(workflow.definition.source),
                    blob(workflow.inputs), blob(workflow.progress),
                ])
        }
    }

    private func update(_ workflow: WorkflowRecord) throws {
        try run(
            "UPDATE workflows SET status = ?, progress = ? WHERE workflow_id = ?",
            [workflow.status.rawValue, blob(workflow.progress), workflow.workflowID.description])
        guard db.changesCount == 1 else { throw StoreFault.unknown("workflow \(workflow.workflowID)") }
    }

    private func save(_ agent: AgentState) throws {
        var writer = JSONWriter(reserving: 1024)
        agent.write(to: &writer, listingTasks: false)
        try run("REPLACE INTO agents VALUES (?, ?)", [agent.agentID.description, blob(writer.text)])
    }

    /// One that has nothing to tell has no row.
    private func save(_ breaker: Breaker) throws {
        let id = breaker.agentID.description
        guard !breaker.isPristine else { return try run("DELETE FROM breakers WHERE agent_id = ?", [id]) }
        try run("REPLACE INTO breakers VALUES (?, ?)", [id, blob(breaker.jsonText)])
    }

    /// Only the state of a letter changes.
    private func save(_ letter: DeadLetter) throws {
        let (state, key) = letter.state.columns
        try run(
            """
            INSERT INTO dead_letters (dead_letter_id, state, request_key, letter) VALUES (?, ?, ?, ?)
            ON CONFLICT (dead_letter_id) DO UPDATE SET state = excluded.state, request_key = excluded.request_key
            """,
            [letter.id.description, state.rawValue, key, blob(letter.jsonText)])
    }

    private func insert(_ events: [EventRecord]) throws {
        guard let first = events.first else { return }
        let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(sequence) FROM events"))
        try first.mustFollow(last ?? 0)
        for event in events {
            try run(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    event.sequence, event.timestamp.microseconds, event.kind.rawValue, event.workflowID?.description,
                    event.taskID?.description, event.agentID?.description, event.attempt, event.phase?.rawValue,
                    blob(event.data),
                ])
        }
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Tells what was added twice by its name rather than by its columns.
    private func adding(_ place: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw StoreFault.exists(place)
        }
    }

    private func blob(_ text: JSONText) -> Data { Data(text.bytes) }
}

extension TaskKey {
    /// How the key's workflow stands in its column: a unique index would not hold NULLs together.
    var workflowColumn: String { workflowID?.description ?? "" }
}
