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
        let made =
            try migrations.hasCompletedMigrations(db)
            ? current : Self.objects(after: migrations.completedMigrations(db).last)
        try found.mustBe(made, in: database)
    }

    /// Of this version.
    private static let current = Result { try objects(after: Schema.migrations.migrations.last) }

    private static func objects(after migration: String?) throws -> SchemaObjects {
        try SchemaObjects { memory in
            if let migration { try Schema.migrations.migrate(memory, upTo: migration) }
        }
    }
}
