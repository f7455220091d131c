import ConductorModel
import GRDB

/// A pass for size. Each step is of whoever has the most at that moment, so that nobody loses who has less.
extension SQLiteStore {
    public func storedBytes() throws(StoreFault) -> [UInt32: Int] {
        try applyCommits()
        return try faulting("stored bytes") {
            try scans.read { db in try StoredBytes(db).work.mapValues { Int($0) } }
        }
    }

    func surplus(_ pass: RetentionPass, _ surplus: Surplus, _ db: Database) throws -> (Expired, next: RetentionPass?) {
        let stored = try StoredBytes(db)
        let (expired, rest) =
            if stored.events > surplus.bytesOfEvents {
                try events(surplus, atMost: stored.events - surplus.bytesOfEvents, db)
            } else if let uid = stored.heaviest(but: surplus.spent) {
                try history(of: uid, stored, pass, surplus, db)
            } else {
                try events(surplus, atMost: surplus.bytes, db)
            }
        let isDone = rest.isRemoved || expired.isEmpty && rest == surplus
        return (expired, isDone ? nil : pass.moved(to: .surplus(rest)))
    }

    /// The oldest history of one user, all kinds of it in one order.
    private func history(
        of uid: UInt32, _ stored: StoredBytes, _ pass: RetentionPass, _ surplus: Surplus, _ db: Database
    ) throws -> (Expired, rest: Surplus) {
        let others = surplus.spent.union([uid])
        let next = stored.heaviest(but: others).flatMap { stored.work[$0] } ?? 0
        let part = surplus.part(of: stored.work[uid] ?? 0, next: next)
        var step = HistoryStep(of: pass), position = surplus.position(of: uid)
        var heads = try HistoryTable.all.map { try HistoryCursor($0, of: uid, after: position, db) }
        while let oldest = heads.indices.filter({ heads[$0].head != nil }).min(by: { heads[$0] < heads[$1] }),
            let head = heads[oldest].head
        {
            let isTaken = try step.take(head.seq, of: heads[oldest].table, db)
            if isTaken { position[heads[oldest].table] = head.seq }
            guard isTaken, !step.weight.isStep, step.weight.bytes < part else {
                return (step.expired, surplus.without(Int64(step.weight.bytes)).walked(to: position, of: uid))
            }
            try heads[oldest].advance()
        }
        return (step.expired, surplus.without(Int64(step.weight.bytes)).walked(to: nil, of: uid))
    }

    private func events(_ surplus: Surplus, atMost part: Int64, _ db: Database) throws -> (Expired, rest: Surplus) {
        var expired = Expired(), bytes: Int64 = 0
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT sequence, \(Schema.eventBytes) FROM events ORDER BY sequence LIMIT \(Retention.stepRows)")
        while bytes < min(part, surplus.bytes, Int64(Retention.stepBytes)), let row = try rows.next() {
            let reader = RowReader(row, of: "events", keys: [0])
            expired.lastEvent = try reader.counter(0)
            bytes += try reader.integer(1)
        }
        return (expired, surplus.without(bytes))
    }
}

/// What of one user's rows has ended, oldest first.
private struct HistoryCursor {
    let table: HistoryTable
    private let rows: RowCursor
    private(set) var head: (seq: Int64, added: Int64)?

    init(_ table: HistoryTable, of uid: UInt32, after position: Surplus.Position, _ db: Database) throws {
        self.table = table
        let isAlone = table == .tasks ? "workflow_id = '' AND" : ""
        rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, added FROM \(table.name)
                WHERE owner = ? AND \(isAlone) \(table.hasEnded) AND seq > ? ORDER BY seq
                """, arguments: [Int64(uid), position[table]])
        try advance()
    }

    mutating func advance() throws {
        head = try rows.next().map { row in
            let reader = RowReader(row, of: table.name, keys: [0])
            return (try reader.integer(0), try reader.integer(1))
        }
    }

    static func < (a: HistoryCursor, b: HistoryCursor) -> Bool {
        (a.head?.added ?? .max) < (b.head?.added ?? .max)
    }
}
