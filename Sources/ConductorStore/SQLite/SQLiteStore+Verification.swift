import ConductorModel
import GRDB

extension SQLiteStore {
    /// Reads all that is stored in `folder`: compares each row with its checksum, the events with one another, the log
    /// of commits with the tables, and both with the high-water mark. A daemon may be at work meanwhile.
    ///
    /// A fault is why it could not be read at all; what is wrong in it stands in the result.
    public static func verify(folder: String) throws(StoreFault) -> Verification {
        let file = folder + "/" + Schema.file
        let mark = try HighWaterMark(existing: folder + "/" + HighWaterMark.file)
        return try verify(database: file) { db, verification in
            if let mark {
                verification.note(
                    fault(at: "the high-water mark") { _ = try MarkCheck(mark: mark, path: file, hasLog: true).run(db) }
                )
            }
            verification.note(fault(at: folder) { try verifyLog(in: folder, mark, &verification) })
        }
    }

    /// The commits that the tables do not show yet. A daemon at work may use a file anew between two looks, but not for
    /// long.
    private static func verifyLog(
        in folder: String, _ mark: HighWaterMark?, _ verification: inout Verification
    ) throws {
        let paths = CommitLog.paths(in: folder)
        for attempt in 1... {
            let reader = try DatabaseQueue(
                path: folder + "/" + Schema.file, configuration: .conductor(.reading, "verification"))
            let applied = try reader.read { try AppliedCommit($0) }
            try reader.close()
            let contents = try LogContents(paths, of: UInt64(bitPattern: applied.log), after: applied.link)
            do {
                guard let mark, let loss = try LogCheck(contents: contents, mark: mark).run() else {
                    guard !contents.commits.isEmpty else { return }
                    return verification.rows.append(("commits to be applied", contents.commits.count))
                }
                throw StoreFault(.corrupt, at: folder, loss)
            } catch  where attempt < 3 {
                continue
            }
        }
    }

    /// The same of a backup.
    public static func verify(backup file: String) throws(StoreFault) -> Verification {
        try verify(backup: file, of: file)
    }

    /// - Parameter name: what it is a copy of, for people.
    static func verify(backup file: String, of name: String) throws(StoreFault) -> Verification {
        try verify(database: file, of: name) { _, _ in }
    }

    private static func verify(
        database file: String, of name: String? = nil, _ further: (Database, inout Verification) -> Void
    ) throws(StoreFault) -> Verification {
        let name = name ?? file
        return try faulting(name) {
            let reader = try DatabaseQueue(path: file, configuration: .conductor(.reading, "verification"))
            defer { try? reader.close() }
            return try reader.read { db in
                try SchemaCheck(database: name).run(db)
                try Schema.migrations.mustHaveMade(db, name)
                var verification = Verification()
                for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Verification.limit))")
                where line != "ok" {
                    verification.note(StoreFault(.corrupt, at: name, line))
                }
                verification.note(fault(at: "applied") { _ = try AppliedCommit(db) })
                try verifyRows(db, &verification)
                further(db, &verification)
                return verification
            }
        }
    }

    private static func verifyRows(_ db: Database, _ verification: inout Verification) throws {
        var tasks: [TaskStatus: Int] = [:], workflows: [WorkflowStatus: Int] = [:], letters = 0
        try each("tasks", TaskRecord.columns, db, &verification) { row in
            tasks[try TaskRecord(row).status, default: 0] += 1
        }
        try each("workflows", WorkflowRecord.columns, db, &verification) { row in
            workflows[try WorkflowRecord(row).status, default: 0] += 1
        }
        try each("agents", "*", db, &verification) { row in _ = try AgentState(row) }
        try each("policies", "*", db, &verification) { row in _ = try Policy(row) }
        try each("breakers", "*", db, &verification) { row in _ = try Breaker(row) }
        try each("dead_letters", DeadLetter.columns, db, &verification) { row in
            letters += try DeadLetter(row).state == .kept ? 1 : 0
        }
        var events = 0
        verification.note(fault(at: "events") { try EventChain.verify(db, after: 0) { _ in events += 1 } })
        verification.rows.append(("events", events))
        verification.note(fault(at: "calendar") { try Calendar(db: db).verify() })
        let miscount = fault(at: "counters") {
            guard let counts = try StatusCounts.stored(db) else { return }
            try counts.mustBe(tasks: tasks, workflows: workflows)
            try counts.mustBe(deadLetters: letters)
        }
        verification.note(miscount)
        verification.note(fault(at: "stored_bytes") { try StoredBytes(counting: db).mustBe(StoredBytes(db)) })
    }

    private static func each(
        _ table: String, _ columns: String, _ db: Database, _ verification: inout Verification,
        _ read: (Row) throws -> Void
    ) throws {
        var count = 0
        let rows = try Row.fetchCursor(db, sql: "SELECT \(columns) FROM \(table)")
        while let row = try rows.next() {
            count += 1
            verification.note(fault(at: table) { try read(row) })
        }
        verification.rows.append((table, count))
    }
}

extension DatabaseMigrator {
    /// Refuses a database that an older version of Conductor wrote.
    fileprivate func mustHaveMade(_ db: Database, _ file: String) throws {
        guard try hasCompletedMigrations(db) else {
            throw StoreFault(
                .corrupt, at: file, "is no database of this version of Conductor; a start brings an older one up to it")
        }
    }
}
