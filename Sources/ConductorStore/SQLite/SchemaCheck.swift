import GRDB

/// Compares what a database is made of with what the migrations make that it has had.
struct SchemaCheck {
    /// GRDB's list of the migrations that were made.
    private static let ledger = "grdb_migrations"

    /// For people.
    let database: String

    /// Refuses a database of a newer version, and one that another program changed.
    func run(_ db: Database) throws {
        let found = try SchemaObjects(db), migrations = Schema.migrations
        guard !found.isEmpty else { return }
        let current = try Self.current.get()
        // It is read next, so it must be a plain table.
        guard found.agree(with: current, on: Self.ledger) else {
            throw StoreFault(.corrupt, at: database, "is no database that Conductor made")
        }
        guard try !migrations.hasBeenSuperseded(db) else { throw StoreFault.newerVersion(database) }
        try found.mustBe(try made(migrations, db, current), in: database)
    }

    /// What the migrations that were made have made; before the first one there is their list, empty.
    private func made(
        _ migrations: DatabaseMigrator, _ db: Database, _ current: SchemaObjects
    ) throws -> SchemaObjects {
        if try migrations.hasCompletedMigrations(db) { return current }
        guard let last = try migrations.completedMigrations(db).last else { return current.those(of: Self.ledger) }
        return try Self.objects(after: last)
    }

    /// Of this version.
    private static let current = Result { try objects(after: Schema.migrations.migrations.last) }

    private static func objects(after migration: String?) throws -> SchemaObjects {
        try SchemaObjects { memory in
            if let migration { try Schema.migrations.migrate(memory, upTo: migration) }
        }
    }
}
