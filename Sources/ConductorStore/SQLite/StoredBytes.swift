import ConductorJSON
import ConductorModel
import GRDB

/// What takes room in the tables, by whose it is: sums that change in the same transaction as the rows. Bytes; of a
/// change, negative where it becomes less.
struct StoredBytes: Hashable {
    /// About what a row takes beside its texts: its other columns, and its places in indexes.
    static let ofRow = 256
    /// How the events stand among the users.
    private static let everybody: Int64 = -1

    /// Of tasks, workflows and dead letters, by the uid of their owner.
    private(set) var work: [UInt32: Int64] = [:]
    /// They are one chain, and nobody's own.
    private(set) var events: Int64 = 0

    init() {}

    /// What is noted.
    init(_ db: Database) throws {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT uid, bytes, checksum FROM stored_bytes"))
        while let row = try rows.next() {
            let reader = try RowReader(sealed: row, of: "stored_bytes", keys: [0])
            let uid = try reader.integer(0), bytes = try reader.counter(1)
            if uid == Self.everybody { events = bytes } else { add(bytes, of: UInt32(clamping: uid)) }
        }
    }

    /// What the rows add up to: reads all of them.
    init(counting db: Database) throws {
        for (table, bytes) in [
            ("tasks", Schema.taskBytes), ("workflows", Schema.workflowBytes), ("dead_letters", Schema.letterBytes),
        ] {
            let rows = try Row.fetchCursor(db, sql: "SELECT owner, sum(\(bytes)) FROM \(table) GROUP BY owner")
            while let row = try rows.next() {
                let reader = RowReader(row, of: table, keys: [0])
                add(try reader.integer(1), of: UInt32(clamping: try reader.integer(0)))
            }
        }
        events = try Int64.fetchOne(db, sql: "SELECT sum(\(Schema.eventBytes)) FROM events") ?? 0
    }

    /// What `batch` changes, before it is written.
    init(changedBy batch: CoalescedChanges, _ db: Database) throws {
        for row in batch.tasks.values {
            let former = row.isNew ? nil : try db.bytes(of: row.record.key)
            add(Int64(row.bytes + Self.ofRow) - (former ?? 0), of: row.record.ownerUID)
        }
        for row in batch.workflows.values {
            let former = row.isNew ? nil : try db.bytes(of: row.record.workflowID)
            add(Int64(row.bytes + Self.ofRow) - (former ?? 0), of: row.record.ownerUID)
        }
        for row in batch.deadLetters.values {
            let key = row.record.key
            let owner = try batch.tasks[key]?.record.ownerUID ?? db.owner(of: key)
            let former = try db.bytes(of: row.record.id)
            add(Int64(row.bytes + Self.ofRow) - (former ?? 0), of: try db.owner(of: row.record.id) ?? owner ?? 0)
        }
        for event in batch.events { events += Int64(event.data.bytes.count + Self.ofRow) }
    }

    mutating func add(_ bytes: Int64, of uid: UInt32) {
        work[uid, default: 0] += bytes
    }

    mutating func add(events bytes: Int64) {
        events += bytes
    }

    /// Notes this change.
    func save(_ db: Database) throws {
        for (uid, bytes) in work { try Self.add(bytes, of: Int64(uid), db) }
        try Self.add(events, of: Self.everybody, db)
    }

    private static func add(_ bytes: Int64, of uid: Int64, _ db: Database) throws {
        guard bytes != 0 else { return }
        let statement = try db.cachedStatement(sql: "SELECT uid, bytes, checksum FROM stored_bytes WHERE uid = ?")
        let former = try Row.fetchOne(statement, arguments: [uid]).map { row in
            try RowReader(sealed: row, of: "stored_bytes", keys: [0]).counter(1)
        }
        let sum = (former ?? 0) + bytes
        guard sum > 0 else { return try db.run("DELETE FROM stored_bytes WHERE uid = ?", [uid]) }
        let row = [uid, sum].map(\.databaseValue)
        try db.run(
            "REPLACE INTO stored_bytes VALUES (?, ?, ?)", StatementArguments(row + [Checksum.of(row).databaseValue]))
    }
}

extension StoredBytes {
    /// Whoever has the most, but for some users; nil where nobody is left.
    func heaviest(but others: Set<UInt32> = []) -> UInt32? {
        work.filter { !others.contains($0.key) }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Refuses other sums than these.
    func mustBe(_ noted: StoredBytes) throws(StoreFault) {
        for uid in Set(work.keys).union(noted.work.keys).sorted() {
            try compare("uid \(uid)", work[uid] ?? 0, noted.work[uid] ?? 0)
        }
        try compare("the events", events, noted.events)
    }

    private func compare(_ holder: String, _ found: Int64, _ noted: Int64) throws(StoreFault) {
        guard found != noted else { return }
        throw StoreFault(.corrupt, at: "stored_bytes of \(holder)", "\(found) are found, and \(noted) were noted")
    }
}

extension Schema {
    /// What a row takes, as `StoredBytes` counts it.
    static let taskBytes = "length(definition) + length(progress) + \(StoredBytes.ofRow)"
    static let workflowBytes = "length(definition) + length(inputs) + length(progress) + \(StoredBytes.ofRow)"
    static let letterBytes = "length(letter) + \(StoredBytes.ofRow)"
    static let eventBytes = "length(data) + \(StoredBytes.ofRow)"
}

extension Database {
    /// What a row takes that is there before it is changed; nil where it is not. Nothing long is read for that.
    fileprivate func bytes(of key: TaskKey) throws -> Int64? {
        try cachedStatement(sql: "SELECT \(Schema.taskBytes) FROM tasks WHERE workflow_id = ? AND task_id = ?")
            .integer(key.workflowID?.description ?? "", key.taskID.description)
    }

    fileprivate func bytes(of id: WorkflowID) throws -> Int64? {
        try cachedStatement(sql: "SELECT \(Schema.workflowBytes) FROM workflows WHERE workflow_id = ?")
            .integer(id.description)
    }

    fileprivate func bytes(of id: DeadLetterID) throws -> Int64? {
        try cachedStatement(sql: "SELECT \(Schema.letterBytes) FROM dead_letters WHERE dead_letter_id = ?")
            .integer(id.description)
    }

    fileprivate func owner(of id: DeadLetterID) throws -> UInt32? {
        try cachedStatement(sql: "SELECT owner FROM dead_letters WHERE dead_letter_id = ?")
            .integer(id.description).map { UInt32(clamping: $0) }
    }

    fileprivate func owner(of key: TaskKey) throws -> UInt32? {
        try cachedStatement(sql: "SELECT owner FROM tasks WHERE workflow_id = ? AND task_id = ?")
            .integer(key.workflowID?.description ?? "", key.taskID.description).map { UInt32(clamping: $0) }
    }
}
