import ConductorModel
import GRDB

extension SQLiteStore {
    public func mark(_ time: Timestamp) throws(StoreFault) {
        try write("calendar") { db in try Calendar(db: db).mark(time) }
    }

    public func retentionPass(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> RetentionPass? {
        try applyCommits()
        return try faulting("retention") {
            try pages.read { db in
                var last: Int64?
                if retention.maxAgeDays > 0 {
                    last = try Calendar(db: db).sequence(before: time + .seconds(-86_400 * retention.maxAgeDays))
                }
                if retention.maxBytes > 0, try db.bytesInUse() > retention.maxBytes, let tenth = try db.firstTenth() {
                    last = max(tenth, last ?? tenth)
                }
                guard let last else { return nil }
                let letters = try Row.fetchCursor(
                    db, sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE \(Schema.isKept)")
                let spared = try letters.records { row in try DeadLetter(row).key }
                return RetentionPass(lastEvent: last, spared: Set(spared))
            }
        }
    }

    public func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?) {
        try applyCommits()
        return try faulting("retention") {
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
        var expired = Expired()
        let sequences = try Int64.fetchAll(
            db, sql: "SELECT sequence FROM events WHERE sequence <= ? ORDER BY sequence LIMIT \(Retention.stepRows)",
            arguments: [pass.lastEvent])
        expired.lastEvent = sequences.last ?? 0
        return (expired, pass.moved(to: sequences.count == Retention.stepRows ? .events : .tasks(after: 0)))
    }

    private func tasks(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, pass, "tasks", where: "+workflow_id = ''", "NOT \(Schema.isLive)", after: row) { seq in
            let task = try db.row(seq, of: "tasks", TaskRecord.columns) { row in try TaskRecord(row) }
            if !pass.spared.contains(task.key) { expired.tasks.append(task.key) }
            return 1
        }
        return (expired, pass.moved(to: last.map { .tasks(after: $0) } ?? .workflows(after: 0)))
    }

    private func workflows(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let spared = Set(pass.spared.compactMap(\.workflowID))
        let last = try walk(db, pass, "workflows", "NOT \(Schema.isLive)", after: row) { seq in
            let workflow = try db.row(seq, of: "workflows", WorkflowRecord.columns) { row in try WorkflowRecord(row) }
            if !spared.contains(workflow.workflowID) { expired.workflows.append(workflow.workflowID) }
            return 1 + workflow.definition.tasks.count
        }
        return (expired, pass.moved(to: last.map { .workflows(after: $0) } ?? .deadLetters(after: 0)))
    }

    private func deadLetters(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, pass, "dead_letters", "NOT \(Schema.isKept)", after: row) { seq in
            let letter = try db.row(seq, of: "dead_letters", DeadLetter.columns) { row in try DeadLetter(row) }
            expired.deadLetters.append(letter.id)
            return 1
        }
        return (expired, last.map { pass.moved(to: .deadLetters(after: $0)) })
    }

    /// Goes through rows in the order in which they were added, as far as the pass goes.
    ///
    /// - Parameters:
    ///   - condition: what a row must be like to be looked at; without an index, for the rows come in their order.
    ///   - hasEnded: what it must be like to go.
    ///   - take: is given each one that has ended early enough, and gives the rows that go with it.
    /// - Returns: where to go on; nil at the end.
    private func walk(
        _ db: Database, _ pass: RetentionPass, _ table: String, where condition: String = "TRUE", _ hasEnded: String,
        after row: Int64, _ take: (Int64) throws -> Int
    ) throws -> Int64? {
        var weight = 0
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, added, changed <= ? AND \(hasEnded) FROM \(table)
                WHERE \(condition) AND seq > ? ORDER BY seq
                """, arguments: [pass.lastEvent, row])
        while let row = try rows.next() {
            let reader = RowReader(row, of: table, keys: [0])
            let seq = try reader.integer(0)
            guard try reader.integer(1) <= pass.lastEvent else { return nil }
            weight += try reader.integer(2) == 0 ? 1 : take(seq)
            if weight >= Retention.stepRows { return seq }
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
        try Calendar(db: db).forget(before: sequence)
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

    /// The last event of their first tenth; nil where there are none.
    fileprivate func firstTenth() throws -> Int64? {
        try Int64.fetchOne(self, sql: "SELECT min(sequence) + (max(sequence) - min(sequence)) / 10 FROM events")
    }

    fileprivate func row<Record>(
        _ seq: Int64, of table: String, _ columns: String, _ read: (Row) throws -> Record
    ) throws -> Record {
        let statement = try cachedStatement(sql: "SELECT \(columns) FROM \(table) WHERE seq = ?")
        guard let row = try Row.fetchOne(statement, arguments: [seq]) else {
            throw StoreFault(.corrupt, at: "row \(seq) of \(table)", "is missing")
        }
        return try read(row)
    }
}
