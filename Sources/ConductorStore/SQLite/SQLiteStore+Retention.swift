import ConductorModel
import GRDB

extension SQLiteStore {
    public func mark(_ time: Timestamp) throws(StoreFault) {
        try write("calendar") { db in try Calendar(db: db).mark(time) }
    }

    public func retentionPass(_ retention: Retention, at time: Timestamp) throws(StoreFault) -> RetentionPass? {
        try applyCommits()
        return try faulting("retention") {
            try scans.read { db in
                var last: Int64?
                if retention.maxAgeDays > 0 {
                    last = try Calendar(db: db).sequence(before: time + .seconds(-86_400 * retention.maxAgeDays))
                }
                if retention.maxBytes > 0, try db.bytesInUse() > retention.maxBytes, let tenth = try db.firstTenth() {
                    last = max(tenth, last ?? tenth)
                }
                // A pass ends with its events: what these ones dated has gone with them.
                guard let last, try last > EventChain.anchor(db).sequence else { return nil }
                let letters = try Row.fetchCursor(
                    db, sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE \(Schema.isKept)")
                let spared = try letters.records { row in try DeadLetter(row).key }
                return RetentionPass(lastEvent: last, spared: Set(spared))
            }
        }
    }

    public func outlivedDeadLetters(
        _ retention: Retention, at time: Timestamp
    ) throws(StoreFault) -> [DeadLetter] {
        try applyCommits()
        return try faulting("retention") {
            try scans.read { db in
                let days = retention.maxDeadLetterAgeDays
                let old = days > 0 ? try Calendar(db: db).sequence(before: time + .seconds(-86_400 * days)) : nil
                let bound = retention.maxDeadLetters > 0 ? retention.maxDeadLetters : -1
                let surplus = try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT seq FROM dead_letters WHERE \(Schema.isKept) AND ?1 >= 0
                        ORDER BY seq DESC LIMIT 1 OFFSET max(?1, 0)
                        """, arguments: [bound])
                let letters = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT \(DeadLetter.columns) FROM (
                            SELECT \(DeadLetter.columns), added FROM dead_letters
                            WHERE \(Schema.isKept) ORDER BY seq LIMIT \(Retention.stepRows)
                        ) WHERE added <= ? OR seq <= ? ORDER BY seq
                        """, arguments: [old ?? -1, surplus ?? -1])
                return try letters.records { row in try DeadLetter(row) }
            }
        }
    }

    public func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?) {
        try applyCommits()
        return try faulting("retention") {
            try scans.read { db in
                switch pass.stage {
                case .tasks(let row): try tasks(pass, after: row, db)
                case .workflows(let row): try workflows(pass, after: row, db)
                case .deadLetters(let row): try deadLetters(pass, after: row, db)
                case .events: try events(pass, db)
                }
            }
        }
    }

    private func tasks(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, pass, "tasks", where: "+workflow_id = ''", "NOT \(Schema.isLive)", after: row) { seq in
            let (task, bytes) = try db.row(seq, of: "tasks", TaskRecord.columns) { row in try TaskRecord(row) }
            if !pass.spared.contains(task.key) { expired.tasks.append(task.key) }
            return Weight(rows: 1, bytes: bytes)
        }
        return (expired, pass.moved(to: last.map { .tasks(after: $0) } ?? .workflows(after: 0)))
    }

    private func workflows(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let spared = Set(pass.spared.compactMap(\.workflowID))
        let last = try walk(db, pass, "workflows", "NOT \(Schema.isLive)", after: row) { seq in
            let (workflow, bytes) = try db.row(seq, of: "workflows", WorkflowRecord.columns) { row in
                try WorkflowRecord(row)
            }
            let id = workflow.workflowID
            guard !spared.contains(id) else { return Weight(rows: 1, bytes: bytes) }
            let (weight, part) = try db.tasks(of: id)
            if let part {
                // What is left of it is looked at again, once it is all that the step takes.
                if expired.isEmpty { expired.parts.append(part) }
                return nil
            }
            expired.workflows.append(id)
            return weight + Weight(rows: 1, bytes: bytes)
        }
        return (expired, pass.moved(to: last.map { .workflows(after: $0) } ?? .deadLetters(after: 0)))
    }

    private func deadLetters(
        _ pass: RetentionPass, after row: Int64, _ db: Database
    ) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let last = try walk(db, pass, "dead_letters", "NOT \(Schema.isKept)", after: row) { seq in
            let (letter, bytes) = try db.row(seq, of: "dead_letters", DeadLetter.columns) { row in
                try DeadLetter(row)
            }
            expired.deadLetters.append(letter.id)
            return Weight(rows: 1, bytes: bytes)
        }
        return (expired, pass.moved(to: last.map { .deadLetters(after: $0) } ?? .events))
    }

    private func events(_ pass: RetentionPass, _ db: Database) throws -> (Expired, next: RetentionPass?) {
        var expired = Expired()
        let sequences = try Int64.fetchAll(
            db, sql: "SELECT sequence FROM events WHERE sequence <= ? ORDER BY sequence LIMIT \(Retention.stepRows)",
            arguments: [pass.lastEvent])
        expired.lastEvent = sequences.last ?? 0
        return (expired, sequences.count == Retention.stepRows ? pass : nil)
    }

    /// Goes through rows in the order in which they were added, as far as the pass goes.
    ///
    /// - Parameters:
    ///   - condition: what a row must be like to be looked at; without an index, for the rows come in their order.
    ///   - hasEnded: what it must be like to go.
    ///   - take: is given each one that has ended early enough, and gives what goes with it; nil ends the step before it.
    /// - Returns: where to go on; nil at the end.
    private func walk(
        _ db: Database, _ pass: RetentionPass, _ table: String, where condition: String = "TRUE", _ hasEnded: String,
        after row: Int64, _ take: (Int64) throws -> Weight?
    ) throws -> Int64? {
        var weight = Weight()
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
            guard let next = try reader.integer(2) == 0 ? Weight(rows: 1) : take(seq) else { return seq - 1 }
            weight = weight + next
            if weight.isStep { return seq }
        }
        return nil
    }

    public func remove(_ expired: Expired) throws(StoreFault) {
        try write("retention") { db in
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
            for part in expired.parts {
                try db.run(
                    """
                    DELETE FROM tasks WHERE workflow_id = ?1 AND task_id < ?2 AND EXISTS (
                        SELECT 1 FROM workflows WHERE workflow_id = ?1 AND NOT \(Schema.isLive)
                    )
                    """, [part.workflowID.description, part.firstThatStays])
            }
            for id in expired.deadLetters {
                try db.run(
                    "DELETE FROM dead_letters WHERE dead_letter_id = ? AND NOT \(Schema.isKept)", [id.description])
            }
            if expired.lastEvent > 0 { try removeEvents(through: expired.lastEvent, db) }
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

/// How much goes with a row.
private struct Weight {
    var rows = 0
    var bytes = 0

    /// As much as goes at a time.
    var isStep: Bool { rows >= Retention.stepRows || bytes >= Retention.stepBytes }

    static func + (a: Weight, b: Weight) -> Weight { Weight(rows: a.rows + b.rows, bytes: a.bytes + b.bytes) }
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
    ) throws -> (Record, bytes: Int) {
        let statement = try cachedStatement(sql: "SELECT \(columns) FROM \(table) WHERE seq = ?")
        guard let row = try Row.fetchOne(statement, arguments: [seq]) else {
            throw StoreFault(.corrupt, at: "row \(seq) of \(table)", "is missing")
        }
        return (try read(row), row.blobBytes)
    }

    /// What goes with a workflow; its texts are not read.
    /// - Returns: the part of it that goes at a time, where that is not all.
    fileprivate func tasks(of id: WorkflowID) throws -> (Weight, part: WorkflowPart?) {
        var weight = Weight()
        let statement = try cachedStatement(
            sql: """
                SELECT task_id, length(definition) + length(progress) FROM tasks
                WHERE workflow_id = ? ORDER BY task_id
                """)
        let rows = try Row.fetchCursor(statement, arguments: [id.description])
        while let row = try rows.next() {
            let reader = RowReader(row, of: "tasks", keys: [0])
            if weight.isStep { return (weight, WorkflowPart(workflowID: id, firstThatStays: try reader.text(0))) }
            weight = weight + Weight(rows: 1, bytes: Int(clamping: try reader.integer(1)))
        }
        return (weight, nil)
    }
}
