import ConductorModel
import GRDB

extension SQLiteStore {
    /// Reads all that the database in `folder` holds, as one snapshot, and compares each row with its checksum, the
    /// events with one another, and their end with the high-water mark. A daemon may be at work meanwhile.
    ///
    /// A fault is why it could not be read at all; what is wrong in it stands in the result.
    public static func verify(folder: String) throws(StoreFault) -> Verification {
        let mark = try HighWaterMark(existing: folder + "/" + HighWaterMark.file)
        return try verify(database: folder + "/" + Schema.file) { db, verification in
            guard let mark else { return }
            let problem = fault(at: "the high-water mark") {
                guard let loss = try MarkCheck(mark: mark, path: folder + "/" + Schema.file).run(db) else { return }
                throw StoreFault(.corrupt, at: folder, loss)
            }
            verification.note(problem)
        }
    }

    /// The same of a backup.
    public static func verify(backup file: String) throws(StoreFault) -> Verification {
        try verify(database: file) { _, _ in }
    }

    private static func verify(
        database file: String, _ further: (Database, inout Verification) -> Void
    ) throws(StoreFault) -> Verification {
        try faulting(file) {
            let reader = try DatabaseQueue(path: file, configuration: .conductor(.reading, "verification"))
            defer { try? reader.close() }
            return try reader.read { db in
                try Schema.migrations.mustHaveMade(db, file)
                var verification = Verification()
                for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Verification.limit))")
                where line != "ok" {
                    verification.note(StoreFault(.corrupt, at: file, line))
                }
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
        let miscount = fault(at: "counters") {
            guard let counts = try StatusCounts.stored(db) else { return }
            try counts.mustBe(tasks: tasks, workflows: workflows)
            try counts.mustBe(deadLetters: letters)
        }
        verification.note(miscount)
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
    /// Refuses a database that another version of Conductor wrote.
    fileprivate func mustHaveMade(_ db: Database, _ file: String) throws {
        guard try !hasBeenSuperseded(db) else { throw StoreFault.newerVersion(file) }
        guard try hasCompletedMigrations(db) else {
            throw StoreFault(
                .corrupt, at: file, "is no database of this version of Conductor; a start brings an older one up to it")
        }
    }
}
