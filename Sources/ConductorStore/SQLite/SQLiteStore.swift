import ConductorEngine
import ConductorModel
import GRDB
import Synchronization

/// The durable store: one SQLite database in the daemon's state folder, in WAL mode, flushed at every commit.
///
/// Each use has a connection of its own, so that look-ups wait neither for a flush nor for a long page.
public final class SQLiteStore: Store {
    public let path: String
    let lookups: DatabaseQueue
    let pages: DatabaseQueue
    let scans: DatabaseQueue
    let wholes: DatabaseQueue
    private let writer: DatabaseQueue
    let checkpointer: Checkpointer
    let folder: StateFolder
    private let mark: HighWaterMark
    /// The database and its log, which SQLite goes on writing to when their names are gone.
    private let files: [String: FileIdentity]
    /// What was lost though the database is whole, for people; nil where nothing was.
    public let loss: String?
    /// A commit's outcome is unknown: SQLite would take further ones as if nothing had happened.
    private let isBroken = Atomic(false)

    /// Opens the database in `folder`, making both where they are missing.
    ///
    /// A fault is `.locked` where another daemon has the folder, `.newerVersion` where a newer one wrote the database.
    public init(folder path: String) throws(StoreFault) {
        let folder = try StateFolder(path: path)
        try IncomingDatabase(folder: path).install()
        let file = try folder.privateFile(Schema.file)
        let mark = try HighWaterMark(path: folder.privateFile(HighWaterMark.file))
        (writer, loss, lookups, pages, scans, wholes, checkpointer) = try faulting(file) {
            let writer = try DatabaseQueue(path: file, configuration: .conductor(.writing, "writer"))
            try writer.writeWithoutTransaction { try $0.flushEveryCommit() }
            let loss = try migrate(writer, mark)
            let checkpoints = try DatabaseQueue(path: file, configuration: .conductor(.writing, "checkpoints"))
            try checkpoints.writeWithoutTransaction { try $0.flushEveryCommit() }
            return (
                writer, loss,
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "lookups")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "pages")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "scans")),
                try DatabaseQueue(path: file, configuration: .conductor(.reading, "wholes")),
                Checkpointer(checkpoints, mark)
            )
        }
        self.path = file
        self.folder = folder
        self.mark = mark
        let identities = [file, file + "-wal"].map { ($0, FileIdentity($0)) }
        files = Dictionary(uniqueKeysWithValues: identities).compactMapValues { $0 }
    }

    public func commit(_ changes: [Change]) throws(StoreFault) {
        let batch = try CoalescedChanges(changes)
        guard !changes.isEmpty else { return }
        let end = try write("commit to \(path)") { try BatchWriter($0, batch).write(batch) }
        if let end { try mark.write(end, to: .committed) }
        checkpointer.wrote(rows: changes.count + batch.largePages)
    }

    /// One transaction of the writer's.
    func write<Value>(_ place: String, _ body: (Database) throws -> Value) throws(StoreFault) -> Value {
        guard !isBroken.load(ordering: .relaxed) else {
            throw StoreFault(.io, at: path, "an earlier commit failed with an unknown outcome")
        }
        do throws(StoreFault) {
            let value = try faulting(place) { try writer.inImmediateTransaction(body) }
            try mustBeInPlace()
            return value
        } catch {
            switch error.kind {
            case .full, .busy, .conflict: break
            case .io, .corrupt, .newerVersion, .locked: isBroken.store(true, ordering: .relaxed)
            }
            throw error
        }
    }

    public func mustBeInPlace() throws(StoreFault) {
        for (path, identity) in files where FileIdentity(path) != identity {
            throw StoreFault(.io, at: path, "was deleted or replaced under the running daemon")
        }
    }

    public func size() -> Int64 { fileSize(path) + fileSize(path + "-wal") }

    public func close() throws(StoreFault) {
        defer { folder.release() }
        try faulting("closing \(path)") {
            try lookups.close()
            try pages.close()
            try scans.close()
            try wholes.close()
            try writer.close()
            try checkpointer.close()
        }
    }

    /// Asks SQLite for a setting of the writer's connection, or gives it one (`name = value`).
    func pragma(_ name: String) throws(StoreFault) -> String? {
        try faulting(path) {
            try writer.unsafeRead { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
    }
}

/// - Returns: what was lost.
private func migrate(_ writer: DatabaseQueue, _ mark: HighWaterMark) throws -> String? {
    let migrations = Schema.migrations
    guard try !writer.read(migrations.hasBeenSuperseded) else {
        throw StoreFault.newerVersion(writer.path)
    }
    let isMarked = try writer.read { try migrations.appliedIdentifiers($0).contains(Schema.checksums) }
    let loss = isMarked ? try writer.read(MarkCheck(mark: mark, path: writer.path).run) : nil
    try migrations.migrate(writer)
    try mark.write(writer.read(EventChain.end), to: .committed)
    return loss
}

extension StoreFault {
    static func newerVersion(_ file: String) -> StoreFault {
        StoreFault(
            .newerVersion, at: file,
            "a newer version of Conductor wrote this database; install that version, or start with another folder")
    }
}

extension Configuration {
    enum Purpose {
        case reading, writing
    }

    static func conductor(_ purpose: Purpose, _ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "conductor.store.\(label)"
        configuration.readonly = purpose == .reading
        configuration.journalMode = purpose == .reading ? .default : .wal
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        return configuration
    }
}

extension DatabaseQueue {
    fileprivate func inImmediateTransaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try writeWithoutTransaction { db in
            var value: Value?
            try db.inTransaction(.immediate) {
                value = try body(db)
                return .commit
            }
            guard let value else { throw StoreFault(.io, at: path, "a transaction did nothing") }
            return value
        }
    }
}

extension Database {
    /// GRDB relaxes `synchronous` as it opens a database in WAL mode: it is set back behind that, and read back.
    fileprivate func flushEveryCommit() throws {
        try execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
        guard try Int.fetchOne(self, sql: "PRAGMA synchronous") == 2 else {
            throw StoreFault(.io, at: "PRAGMA synchronous", "SQLite does not flush every commit")
        }
    }
}
