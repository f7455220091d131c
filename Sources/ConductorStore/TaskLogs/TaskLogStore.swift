import ConductorJSON
import ConductorModel
import Foundation
import GRDB
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lines that attempts log, in a database of their own beside that of the daemon's state.
///
/// They are not part of what is promised: nothing is flushed for them, so a power cut may take the newest, and a database
/// that cannot be read is begun anew. Safe to use from any thread.
public final class TaskLogStore: Sendable {
    static let file = "conductor-logs.db"

    /// Of one attempt; past that its oldest lines go. Bytes.
    static let attemptBytes = 4 << 20
    /// A page ends early past so many bytes.
    static let pageBytes = 1 << 20

    private let database: DatabaseQueue
    /// Bytes of each user's logs.
    private let byUser: Mutex<UserCounts>
    /// What was found unreadable and put aside, for people; nil where nothing was.
    public let damage: String?

    /// - Parameter folder: The state folder; nil to keep them in memory.
    public init(folder: String?) throws(StoreFault) {
        let path = folder.map { $0 + "/" + Self.file }
        let opened: (DatabaseQueue, UserCounts)
        do {
            opened = try Self.opened(path)
            damage = nil
        } catch {
            let place = path ?? "logs in memory"
            for suffix in ["", "-wal", "-shm"] { unlink(place + suffix) }
            opened = try faulting(place) { try Self.opened(path) }
            damage = "the logs of tasks in \(place) could not be read and start empty: \(error)"
        }
        database = opened.0
        byUser = Mutex(opened.1)
    }

    private static func opened(_ path: String?) throws -> (DatabaseQueue, UserCounts) {
        var configuration = Configuration()
        configuration.label = "conductor.store.logs"
        configuration.busyMode = .timeout(5)
        configuration.journalMode = path == nil ? .default : .wal
        let database =
            try path.map { try DatabaseQueue(path: StateFolder.privateFile($0), configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
        // Flushed with a checkpoint only, for what is in the database to be whole after a power cut.
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        try database.read { db in
            let found = try SchemaObjects(db)
            if !found.isEmpty { try found.mustBe(made.get(), in: path ?? file) }
        }
        try database.write { try $0.execute(sql: schema) }
        return (database, try database.read { try TaskLogWriter.bytesByUser($0) })
    }

    private static let made = Result {
        try SchemaObjects { memory in try memory.write { try $0.execute(sql: schema) } }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS logs (
            id INTEGER PRIMARY KEY,
            attempt TEXT NOT NULL UNIQUE, -- its token
            uid INTEGER NOT NULL,
            last INTEGER NOT NULL, -- the number of its last line
            bytes INTEGER NOT NULL,
            changed INTEGER NOT NULL -- seconds since 1970
        ) STRICT;
        CREATE INDEX IF NOT EXISTS logs_age ON logs (changed);
        CREATE INDEX IF NOT EXISTS logs_users ON logs (uid, changed);
        CREATE TABLE IF NOT EXISTS pieces (
            id INTEGER PRIMARY KEY,
            log INTEGER NOT NULL,
            last INTEGER NOT NULL, -- the number of its last line
            bytes INTEGER NOT NULL,
            lines BLOB NOT NULL -- JSON
        ) STRICT;
        CREATE INDEX IF NOT EXISTS pieces_lines ON pieces (log, last);
        """

    /// Adds lines; what is then too much for an attempt, for a user or in all makes room, the oldest first.
    public func add(_ pieces: [LogPiece], _ retention: Retention) throws(StoreFault) {
        try edit { writer in
            for piece in pieces { try writer.add(piece) }
            try writer.makeRoom(for: Set(pieces.map(\.uid)), retention)
        }
    }

    /// Removes logs that ended long before `time`, a few at a time.
    public func removeOld(_ retention: Retention, at time: Timestamp) throws(StoreFault) {
        guard retention.maxAgeDays > 0 else { return }
        try edit { writer in try writer.removeOld(before: time + .seconds(-86_400 * retention.maxAgeDays)) }
    }

    /// All or nothing.
    private func edit(_ body: (inout TaskLogWriter) throws -> Void) throws(StoreFault) {
        try byUser.withLockThrowing { (counts) throws(StoreFault) in
            counts = try faulting(Self.file) { [counts] in
                try database.write { db in
                    var writer = TaskLogWriter(db: db, byUser: counts)
                    try body(&writer)
                    return writer.byUser
                }
            }
        }
    }

    public func close() throws(StoreFault) {
        try faulting(Self.file) { try database.close() }
    }
}

// MARK: - Reading

/// A part of an attempt's log.
public struct LogPage: Hashable, Sendable {
    public var lines: [LogLine] = []
    /// The number of the last line that was logged; 0 where none was.
    public var last = 0

    public init() {}
}

extension TaskLogStore {
    public func lines(of attempt: AttemptToken, _ range: LogRange) throws(StoreFault) -> LogPage {
        try faulting(Self.file) {
            try database.read { db in
                var page = LogPage()
                let sql = "SELECT id, last FROM logs WHERE attempt = ?"
                guard let log = try Row.fetchOne(db, sql: sql, arguments: [attempt.description]) else { return page }
                page.last = log[1]
                let start =
                    switch range.start {
                    case .after(let number): number
                    case .last(let count): page.last - min(count, page.last)
                    }
                let pieces = try Row.fetchCursor(
                    db, sql: "SELECT lines FROM pieces WHERE log = ? AND last > ? ORDER BY last",
                    arguments: [log[0] as Int64, start])
                var bytes = 0
                while page.lines.count < range.limit, bytes < Self.pageBytes, let piece = try pieces.next() {
                    let text: Data = piece[0]
                    bytes += text.count
                    page.lines += try Self.lines(text, after: start).prefix(range.limit - page.lines.count)
                }
                return page
            }
        }
    }

    private static func lines(_ text: Data, after number: Int) throws -> [LogLine] {
        try [LogLine](json: JSONDocument(parsing: Array(text)).root).filter { $0.number > number }
    }

    /// The number of the last line of each attempt that has any.
    public func lastNumbers(of attempts: [AttemptToken]) throws(StoreFault) -> [AttemptToken: Int] {
        try faulting(Self.file) {
            try database.read { db in
                var numbers: [AttemptToken: Int] = [:]
                let statement = try db.cachedStatement(sql: "SELECT last FROM logs WHERE attempt = ?")
                for attempt in attempts {
                    let last = try Int.fetchOne(statement, arguments: [attempt.description])
                    if let last, Limits.counts.contains(last) { numbers[attempt] = last }
                }
                return numbers
            }
        }
    }
}
