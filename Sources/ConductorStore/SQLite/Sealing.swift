import GRDB

/// Gives the rows of a database that had no checksums theirs; the checksum is the last column.
struct Sealing {
    let db: Database

    func sealAll() throws {
        for (table, key) in [("tasks", "seq"), ("workflows", "seq"), ("dead_letters", "seq")] {
            try seal(table, key: key, from: 1)
        }
        for (table, key) in [
            ("agents", "agent_id"), ("policies", "kind"), ("counters", "id"), ("breakers", "agent_id"),
        ] {
            try seal(table, key: key, from: 0)
        }
        var previous = EventChain.Link.origin.checksum
        try sealEach("events", key: "sequence") { row in
            previous = Checksum.of(row, after: previous)
            return previous
        }
    }

    func sealAnchor() throws {
        try sealEach("anchor", key: "id", in: "seal") { Checksum.of($0) }
    }

    private func seal(_ table: String, key: String, from first: Int) throws {
        try sealEach(table, key: key) { Checksum.of($0.dropFirst(first)) }
    }

    /// Row by row in the order of their keys, which stand in the first column.
    private func sealEach(
        _ table: String, key: String, in column: String = "checksum", _ checksum: (ArraySlice<DatabaseValue>) -> Int64
    ) throws {
        let update = try db.makeStatement(sql: "UPDATE \(table) SET \(column) = ? WHERE \(key) = ?")
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) ORDER BY \(key)")
        while let row = try rows.next() {
            let columns = Array(row.databaseValues)
            guard let key = columns.first else { continue }
            try update.execute(arguments: [checksum(columns.dropLast()), key])
        }
    }
}
