import ConductorModel
import GRDB

/// The events' checksums, each of which covers the one before it: none can be missing, changed or moved unseen.
enum EventChain {
    /// How far the chain goes, and what it is there.
    struct Link: Hashable, Sendable {
        /// Where the chain begins.
        static let origin = Link(sequence: 0, checksum: 0)

        let sequence: Int64
        let checksum: Int64

        init(sequence: Int64, checksum: Int64) {
            self.sequence = sequence
            self.checksum = checksum
        }
    }

    /// Its newest link.
    static func end(_ db: Database) throws -> Link {
        try link(db, "SELECT sequence, checksum FROM events ORDER BY sequence DESC LIMIT 1") ?? anchor(db)
    }

    /// The newest link that was pruned, or the origin.
    static func anchor(_ db: Database) throws -> Link {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM anchor") else { return .origin }
        // It is also read before the migration that gives it its seal.
        let reader =
            row.hasColumn("seal")
            ? try RowReader(sealed: row, of: "anchor", keys: [0]) : RowReader(row, of: "anchor", keys: [0])
        return Link(sequence: try reader.counter(1), checksum: try reader.integer(2))
    }

    /// Lets the chain begin behind `link`.
    static func anchor(_ db: Database, at link: Link) throws {
        let row = [1, link.sequence, link.checksum].map(\.databaseValue), seal = Checksum.of(row).databaseValue
        try db.run("REPLACE INTO anchor VALUES (?, ?, ?, ?)", StatementArguments(row + [seal]))
    }

    /// The link of event `sequence`; nil where it was pruned or is not there.
    static func link(_ db: Database, at sequence: Int64) throws -> Link? {
        try link(db, "SELECT sequence, checksum FROM events WHERE sequence = ?", [sequence])
    }

    /// The events behind `sequence`, or behind the anchor where that is later; oldest first, each one verified.
    static func events(_ db: Database, after sequence: Int64, limit: Int = .max) throws -> [EventRecord] {
        var events: [EventRecord] = []
        try verify(db, after: sequence, limit: limit) { events.append($0) }
        return events
    }

    /// Reads the events behind `sequence` and verifies that each follows the one before it.
    ///
    /// - Returns: the last link.
    @discardableResult
    static func verify(
        _ db: Database, after sequence: Int64, limit: Int = .max, _ body: (EventRecord) throws -> Void = { _ in }
    ) throws -> Link {
        let anchor = try anchor(db)
        var last = anchor
        if sequence > anchor.sequence {
            guard let base = try link(db, at: sequence) else {
                let end = try end(db)
                guard sequence < end.sequence else { return end }
                throw missing(sequence)
            }
            last = base
        }
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?")
        let rows = try Row.fetchCursor(statement, arguments: [last.sequence, max(0, limit)])
        while let row = try rows.next() {
            let reader = RowReader(row, of: "events", keys: [0])
            guard try reader.counter(0) == last.sequence + 1 else { throw missing(last.sequence + 1) }
            try body(try EventRecord(row, after: last.checksum))
            last = Link(sequence: try reader.integer(0), checksum: try reader.integer(9))
        }
        return last
    }

    private static func link(
        _ db: Database, _ sql: String, _ arguments: StatementArguments = []
    ) throws -> Link? {
        let statement = try db.cachedStatement(sql: sql)
        return try Row.fetchOne(statement, arguments: arguments).map { row in
            let reader = RowReader(row, of: "events", keys: [0])
            return Link(sequence: try reader.counter(0), checksum: try reader.integer(1))
        }
    }

    private static func missing(_ sequence: Int64) -> StoreFault {
        StoreFault(.corrupt, at: "row \(sequence) of events", "is missing")
    }
}
