import GRDB

/// The tables, indexes, triggers and views of a database.
struct SchemaObjects {
    private struct Object: Hashable {
        let type: String
        let name: String
        let table: String
        /// Nil for the index of a constraint.
        let sql: StatementText?

        /// What SQLite itself keeps of a database that somebody had analyzed.
        var isStatistics: Bool { type == "table" && name.hasPrefix("sqlite_stat") }
    }

    private var objects: Set<Object>

    init(_ db: Database) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master")
        let objects = rows.map { row in
            Object(
                type: row[0] ?? "object", name: row[1] ?? "", table: row[2] ?? "",
                sql: (row[3] as String?).map(StatementText.init))
        }
        self.objects = Set(objects.filter { !$0.isStatistics })
    }

    /// Of a database in memory that `make` has made.
    init(madeBy make: (DatabaseQueue) throws -> Void) throws {
        let memory = try DatabaseQueue()
        try make(memory)
        self = try memory.read { try SchemaObjects($0) }
    }

    var isEmpty: Bool { objects.isEmpty }

    func agree(with other: SchemaObjects, on table: String) -> Bool {
        those(of: table).objects == other.those(of: table).objects
    }

    /// A table with its indexes and triggers.
    func those(of table: String) -> SchemaObjects {
        var part = self
        part.objects = objects.filter { $0.table == table }
        return part
    }

    /// Refuses more than was `made`, and less, and what was made otherwise: SQLite would run a stranger's trigger, view
    /// or expression.
    func mustBe(_ made: SchemaObjects, in database: String) throws(StoreFault) {
        if let stranger = objects.subtracting(made.objects).min(by: { $0.name < $1.name }) {
            throw StoreFault(
                .corrupt, at: database,
                "holds the \(stranger.type) \(stranger.name), not as Conductor makes it: another program wrote it"
            )
        }
        if let missing = made.objects.subtracting(objects).min(by: { $0.name < $1.name }) {
            throw StoreFault(.corrupt, at: database, "lacks the \(missing.type) \(missing.name)")
        }
    }
}
