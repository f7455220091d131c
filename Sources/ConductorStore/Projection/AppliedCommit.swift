import GRDB

/// Which log the tables follow, and how far: saved with the changes themselves.
struct AppliedCommit: Hashable {
    /// The log's identity.
    var log: Int64
    var link: CommitLink

    init(log: Int64, link: CommitLink) {
        self.log = log
        self.link = link
    }

    init(_ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT id, log, number, chain, checksum FROM applied")
        guard let row = try Row.fetchOne(statement) else {
            throw StoreFault(.corrupt, at: "row 1 of applied", "is missing")
        }
        let reader = try RowReader(sealed: row, of: "applied", keys: [0])
        log = try reader.integer(1)
        link = CommitLink(number: try reader.counter(2), checksum: try reader.integer(3))
    }

    func save(_ db: Database) throws {
        let row = [1, log, link.number, link.checksum].map(\.databaseValue)
        try db.run(
            "REPLACE INTO applied VALUES (?, ?, ?, ?, ?)", StatementArguments(row + [Checksum.of(row).databaseValue]))
    }
}
