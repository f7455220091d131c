import ConductorModel
import GRDB

extension SQLiteStore {
    public func retentionPass(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> RetentionPass? {
        try faulting("retention") {
            try pages.read { db in
                var cutoff: Timestamp?
                if retention.maxAgeDays > 0 { cutoff = time + .seconds(-86_400 * retention.maxAgeDays) }
                if retention.maxBytes > 0, try db.bytesInUse() > retention.maxBytes, let tenth = try db.firstTenth() {
                    cutoff = max(tenth, cutoff ?? tenth)
                }
                guard let cutoff else { return nil }
                let letters = try Row.fetchCursor(
                    db, sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE \(Schema.isKept)")
                let spared = try letters.records { row in try DeadLetter(row).key }
                return RetentionPass(cutoff: cutoff, spared: Set(spared))
            }
        }
    }

    public func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?) {
        try faulting("retention") {
            try pages.read { db in
                switch pass.stage {
                case .events: try events(pass, db)
                case .tasks(let row): try tasks(pass, after: row, db)
                case .workflows(let row): try workflows(pass, after: row, db)
                case .deadLetters(let row): try deadLetters(pass, after: row, db)
                }
            }
        }
    }

    private func events(_ pass: RetentionPass, _ db: Database) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired(), count = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT sequence, timestamp FROM events ORDER BY sequence LIMIT \(Retention.stepRows)")
        while let row = try rows.next() {
            let reader = RowReader(row, of: "events", keys: [0])
            guard try reader.integer(1) < pass.cutoff.microseconds else { break }
            expired.lastEvent = try reader.integer(0)
            count += 1
        }
        return (expired, pass.moved(to: count == Retention.stepRows ? .events : .tasks(after: 0)))
    }

    private func tasks(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, "tasks WHERE workflow_id = '' AND", TaskRecord.columns, after: row) { row in
            let task = try TaskRecord(row)
            if let end = task.outcome?.result.completedAt, end < pass.cutoff, !pass.spared.contains(task.key) {
                expired.tasks.append(task.key)
            }
            return task.createdAt < pass.cutoff ? 1 : nil
        }
        return (expired, pass.moved(to: last.map { .tasks(after: $0) } ?? .workflows(after: 0)))
    }

    private func workflows(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let spared = Set(pass.spared.compactMap(\.workflowID))
        let last = try walk(db, "workflows WHERE", WorkflowRecord.columns, after: row) { row in
            let workflow = try WorkflowRecord(row)
            if case .ended(_, let end) = workflow.stage, end < pass.cutoff, !spared.contains(workflow.workflowID) {
                expired.workflows.append(workflow.workflowID)
            }
            return workflow.startedAt < pass.cutoff ? 1 + workflow.definition.tasks.count : nil
        }
        return (expired, pass.moved(to: last.map { .workflows(after: $0) } ?? .deadLetters(after: 0)))
    }

    private func deadLetters(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, "dead_letters WHERE", DeadLetter.columns, after: row) { row in
            let letter = try DeadLetter(row)
            guard letter.timestamp < pass.cutoff else { return nil }
            if letter.state != .kept { expired.deadLetters.append(letter.id) }
            return 1
        }
        return (expired, last.map { pass.moved(to: .deadLetters(after: $0)) })
    }

    /// Goes through rows in the order in which they were added.
    ///
    /// - Parameter weigh: gives the rows that go with this one; nil where it, and so all behind it, is too young.
    /// - Returns: where to go on; nil at the end.
    private func walk(
        _ db: Database, _ source: String, _ columns: String, after row: Int64, _ weigh: (Row) throws -> Int?
    ) throws -> Int64? {
        var weight = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT \(columns) FROM \(source) seq > ? ORDER BY seq", arguments: [row])
        while let row = try rows.next() {
            guard let more = try weigh(row) else { return nil }
            weight += more
            if weight >= Retention.stepRows { return try RowReader(row, of: source, keys: [0]).integer(0) }
        }
        return nil
    }

    public func remove(_ expired: Expired) throws(StoreFault) {
        try write("retention") { db in
            if expired.lastEvent > 0 { try removeEvents(through: expired.lastEvent, db) }
            for task in expired.tasks {
                try db.run(
                    "DELETE FROM tasks WHERE workflow_id = '' AND task_id = ? AND NOT \(Schema.isLive)",
                    [task.taskID.description])
            }
            for id in expired.workflows {
                try db.run(
                    "DELETE FROM workflows WHERE workflow_id = ? AND NOT \(Schema.isLive)", [id.description])
                guard db.changesCount == 1 else { continue }
                try db.run("DELETE FROM tasks WHERE workflow_id = ?", [id.description])
            }
            for id in expired.deadLetters {
                try db.run(
                    "DELETE FROM dead_letters WHERE dead_letter_id = ? AND NOT \(Schema.isKept)", [id.description])
            }
        }
        checkpointer.wrote(rows: Retention.stepRows)
    }

    private func removeEvents(through sequence: Int64, _ db: Database) throws {
        guard let link = try EventChain.link(db, at: sequence) else { return }
        try EventChain.anchor(db, at: link)
        try db.run("DELETE FROM events WHERE sequence <= ?", [sequence])
    }
}

extension Database {
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Without what is free for new rows.
    fileprivate func bytesInUse() throws -> Int64 {
        func pragma(_ name: String) throws -> Int64 { try Int64.fetchOne(self, sql: "PRAGMA \(name)") ?? 0 }
        return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
    }

    /// When the first tenth of the events was over.
    fileprivate func firstTenth() throws -> Timestamp? {
        try Int64.fetchOne(
            self,
            sql: """
                SELECT timestamp FROM events WHERE sequence >= (
                    SELECT min(sequence) + (max(sequence) - min(sequence)) / 10 FROM events
                ) ORDER BY sequence LIMIT 1
                """
        ).map { Timestamp(microseconds: $0 + 1) }
    }
}
