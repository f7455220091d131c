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
                if retention.maxAgeDays > 0,
                    let last = try Calendar(db: db).sequence(before: time + .seconds(-86_400 * retention.maxAgeDays)),
                    // A pass ends with its events: what these ones dated has gone with them.
                    try last > EventChain.anchor(db).sequence
                {
                    return RetentionPass(lastEvent: last, spared: try db.spared())
                }
                guard let surplus = Surplus(used: try db.bytesInUse(), of: retention.maxBytes) else { return nil }
                return RetentionPass(lastEvent: 0, spared: try db.spared(), stage: .surplus(surplus))
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
                var letters: [Int64: DeadLetter] = [:]
                try db.keptLetters("TRUE", [Retention.stepRows, old ?? -1], into: &letters)
                for (uid, count) in retention.surplus(of: try db.keptLettersByOwner()) {
                    try db.keptLetters("owner = ?", [Int64(uid), count, Int64.max], into: &letters)
                }
                return letters.sorted { $0.key < $1.key }.prefix(Retention.stepRows).map(\.value)
            }
        }
    }

    public func expired(_ pass: RetentionPass) throws(StoreFault) -> (Expired, next: RetentionPass?) {
        try applyCommits()
        return try faulting("retention") {
            try scans.read { db in
                switch pass.stage {
                case .tasks(let row):
                    // Without an index: the rows come in their order.
                    let (expired, last) = try walk(db, pass, .tasks, where: "+workflow_id = ''", after: row)
                    return (expired, pass.moved(to: last.map { .tasks(after: $0) } ?? .workflows(after: 0)))
                case .workflows(let row):
                    let (expired, last) = try walk(db, pass, .workflows, after: row)
                    return (expired, pass.moved(to: last.map { .workflows(after: $0) } ?? .deadLetters(after: 0)))
                case .deadLetters(let row):
                    let (expired, last) = try walk(db, pass, .deadLetters, after: row)
                    return (expired, pass.moved(to: last.map { .deadLetters(after: $0) } ?? .events))
                case .events: return try events(pass, db)
                case .surplus(let surplus): return try self.surplus(pass, surplus, db)
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
        return (expired, sequences.count == Retention.stepRows ? pass : nil)
    }

    /// Goes through rows in the order in which they were added, as far as the pass goes, and takes those that have ended
    /// early enough.
    ///
    /// - Parameter condition: what a row must be like to be looked at.
    /// - Returns: where to go on; nil at the end.
    private func walk(
        _ db: Database, _ pass: RetentionPass, _ table: HistoryTable, where condition: String = "TRUE", after row: Int64
    ) throws -> (Expired, last: Int64?) {
        var step = HistoryStep(of: pass)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, added, changed <= ? AND \(table.hasEnded) FROM \(table.name)
                WHERE \(condition) AND seq > ? ORDER BY seq
                """, arguments: [pass.lastEvent, row])
        while let row = try rows.next() {
            let reader = RowReader(row, of: table.name, keys: [0])
            let seq = try reader.integer(0)
            guard try reader.integer(1) <= pass.lastEvent else { return (step.expired, nil) }
            if try reader.integer(2) == 0 {
                step.skip()
            } else if try !step.take(seq, of: table, db) {
                return (step.expired, seq - 1)
            }
            if step.weight.isStep { return (step.expired, seq) }
        }
        return (step.expired, nil)
    }

    public func remove(_ expired: Expired) throws(StoreFault) {
        try write("retention") { db in
            var removed = StoredBytes()
            for task in expired.tasks {
                try db.delete(
                    .tasks, where: "workflow_id = '' AND task_id = ? AND NOT \(Schema.isLive)",
                    [task.taskID.description], &removed)
            }
            for id in expired.workflows {
                try db.delete(
                    .workflows, where: "workflow_id = ? AND NOT \(Schema.isLive)", [id.description], &removed)
                guard db.changesCount == 1 else { continue }
                try db.delete(.tasks, where: "workflow_id = ?", [id.description], &removed)
            }
            for part in expired.parts {
                try db.delete(
                    .tasks,
                    where: """
                        workflow_id = ?1 AND task_id < ?2 AND EXISTS (
                            SELECT 1 FROM workflows WHERE workflow_id = ?1 AND NOT \(Schema.isLive)
                        )
                        """, [part.workflowID.description, part.firstThatStays], &removed)
            }
            for id in expired.deadLetters {
                try db.delete(
                    .deadLetters, where: "dead_letter_id = ? AND NOT \(Schema.isKept)", [id.description], &removed)
            }
            if expired.lastEvent > 0 { try removeEvents(through: expired.lastEvent, db, &removed) }
            try removed.save(db)
        }
        checkpointer.wrote(rows: Retention.stepRows)
    }

    private func removeEvents(through sequence: Int64, _ db: Database, _ removed: inout StoredBytes) throws {
        guard let link = try EventChain.link(db, at: sequence) else { return }
        try EventChain.anchor(db, at: link)
        let bytes = try Int64.fetchOne(
            db, sql: "SELECT sum(\(Schema.eventBytes)) FROM events WHERE sequence <= ?", arguments: [sequence])
        removed.add(events: -(bytes ?? 0))
        try db.run("DELETE FROM events WHERE sequence <= ?", [sequence])
        try Calendar(db: db).forget(before: sequence)
    }
}

extension Database {
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Removes rows, and notes whose they were.
    fileprivate func delete(
        _ table: HistoryTable, where condition: String, _ arguments: StatementArguments, _ removed: inout StoredBytes
    ) throws {
        let statement = try cachedStatement(
            sql: "SELECT owner, \(table.bytes) FROM \(table.name) WHERE \(condition)")
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            let reader = RowReader(row, of: table.name, keys: [0])
            removed.add(-(try reader.integer(1)), of: UInt32(clamping: try reader.integer(0)))
        }
        try run("DELETE FROM \(table.name) WHERE \(condition)", arguments)
    }

    /// Without what is free for new rows.
    fileprivate func bytesInUse() throws -> Int64 {
        func pragma(_ name: String) throws -> Int64 { try Int64.fetchOne(self, sql: "PRAGMA \(name)") ?? 0 }
        return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
    }

    /// What kept dead letters may send on its way again.
    fileprivate func spared() throws -> Set<TaskKey> {
        let letters = try Row.fetchCursor(
            self, sql: "SELECT \(DeadLetter.columns) FROM dead_letters WHERE \(Schema.isKept)")
        return Set(try letters.records { row in try DeadLetter(row).key })
    }

    fileprivate func keptLettersByOwner() throws -> [UInt32: Int] {
        let rows = try Row.fetchAll(
            self, sql: "SELECT owner, count(*) FROM dead_letters WHERE \(Schema.isKept) GROUP BY owner")
        let counts = try rows.map { row in
            let reader = RowReader(row, of: "dead_letters", keys: [0])
            return (UInt32(clamping: try reader.integer(0)), Int(clamping: try reader.integer(1)))
        }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    /// The oldest that fit a condition, as many as the second last argument says, and of these what was added no later
    /// than the event of the last one.
    fileprivate func keptLetters(
        _ condition: String, _ arguments: StatementArguments, into letters: inout [Int64: DeadLetter]
    ) throws {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT \(DeadLetter.columns) FROM (
                    SELECT \(DeadLetter.columns), added FROM dead_letters
                    WHERE \(condition) AND \(Schema.isKept) ORDER BY seq LIMIT ?
                ) WHERE added <= ?
                """, arguments: arguments)
        while let row = try rows.next() {
            letters[try RowReader(row, of: "dead_letters", keys: [0]).integer(0)] = try DeadLetter(row)
        }
    }
}
