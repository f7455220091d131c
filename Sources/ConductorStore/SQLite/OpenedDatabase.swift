import Dispatch
import GRDB

/// A database with its log, checked against what was marked of both, brought up to this version, and its tables brought
/// up to the log.
struct OpenedDatabase {
    let writer: DatabaseQueue
    let checkpointer: Checkpointer
    let projection: Projection
    /// Of the log.
    let contents: LogContents
    let identity: UInt64
    /// Its sequence; 0 for none.
    let lastEvent: Int64
    /// What was lost, for people; nil where nothing was.
    let loss: String?

    init(_ file: String, _ mark: HighWaterMark, folder: String, delay: DispatchTimeInterval) throws {
        writer = try DatabaseQueue(path: file, configuration: .conductor(.writing, "writer"))
        try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        let lossOfTables = try migrate(writer, mark)
        let checkpoints = try DatabaseQueue(path: file, configuration: .conductor(.writing, "checkpoints"))
        try checkpoints.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
        }
        checkpointer = Checkpointer(checkpoints, mark)
        let applied = try writer.read { try AppliedCommit($0) }
        identity = UInt64(bitPattern: applied.log)
        contents = try LogContents(CommitLog.paths(in: folder), of: identity, after: applied.link)
        let lossOfLog = try LogCheck(contents: contents, mark: mark).run()
        projection = Projection(writer, checkpointer, after: applied, delay: delay)
        try Replay(contents, writer, projection).run()
        lastEvent = try writer.read { try EventChain.end($0).sequence }
        let end = contents.end
        try mark.write(EventChain.Link(sequence: end.number, checksum: end.checksum), to: .logged)
        loss = lossOfTables ?? lossOfLog
    }
}

/// - Returns: what was lost of a database that had no log of commits yet.
private func migrate(_ writer: DatabaseQueue, _ mark: HighWaterMark) throws -> String? {
    let migrations = Schema.migrations
    try writer.read(SchemaCheck(database: writer.path).run)
    let done = try writer.read { try migrations.appliedIdentifiers($0) }
    let check = MarkCheck(mark: mark, path: writer.path, hasLog: done.contains(Schema.commitLog))
    let loss = done.contains(Schema.checksums) ? try writer.read(check.run) : nil
    guard try !writer.read(migrations.hasCompletedMigrations) else { return loss }
    // Migrations are transactions of their own, which must not be forgotten when the first commit is in the log.
    try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    try migrations.migrate(writer)
    return loss
}
