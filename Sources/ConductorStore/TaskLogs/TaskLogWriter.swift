import ConductorJSON
import ConductorModel
import Foundation
import GRDB

/// Lines of one attempt, to be added to its log.
public struct LogPiece: Sendable {
    public let attempt: AttemptToken
    public let uid: UInt32
    public let lastNumber: Int
    public let lastTime: Timestamp
    /// A list of `LogLine`.
    public let lines: JSONText

    public init(attempt: AttemptToken, uid: UInt32, lastNumber: Int, lastTime: Timestamp, lines: JSONText) {
        self.attempt = attempt
        self.uid = uid
        self.lastNumber = lastNumber
        self.lastTime = lastTime
        self.lines = lines
    }
}

/// Writes logs in one transaction, and keeps the account of what each user has.
struct TaskLogWriter {
    let db: Database
    /// Bytes of each user's logs.
    var byUser: UserCounts

    mutating func add(_ piece: LogPiece) throws {
        let token = piece.attempt.description, bytes = piece.lines.bytes.count
        try db.run(
            """
            INSERT INTO logs (attempt, uid, last, bytes, changed) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (attempt) DO UPDATE
            SET last = excluded.last, bytes = bytes + excluded.bytes, changed = excluded.changed
            """, [token, Int64(piece.uid), piece.lastNumber, bytes, piece.lastTime.seconds])
        try db.run(
            "INSERT INTO pieces (log, last, bytes, lines) SELECT id, ?2, ?3, ?4 FROM logs WHERE attempt = ?1",
            [token, piece.lastNumber, bytes, Data(piece.lines.bytes)])
        byUser.add(bytes, of: piece.uid)
        try trim(piece)
    }

    /// Removes the attempt's oldest pieces where it has too many bytes.
    private mutating func trim(_ piece: LogPiece) throws {
        let log = try Row.fetchOne(
            db, sql: "SELECT id, bytes FROM logs WHERE attempt = ?", arguments: [piece.attempt.description])
        guard let log else { return }
        let id: Int64 = log[0]
        var surplus = log.bytes(1) - TaskLogStore.attemptBytes
        while surplus > 0 {
            let oldest = try Row.fetchOne(
                db, sql: "SELECT id, bytes FROM pieces WHERE log = ? ORDER BY last LIMIT 1", arguments: [id])
            guard let oldest else { return }
            let bytes = oldest.bytes(1)
            try db.run("DELETE FROM pieces WHERE id = ?", [oldest[0] as Int64])
            try db.run("UPDATE logs SET bytes = bytes - ? WHERE id = ?", [bytes, id])
            byUser.add(-bytes, of: piece.uid)
            surplus -= bytes
        }
    }

    /// Removes what is too much for these users, and in all.
    mutating func makeRoom(for users: Set<UInt32>, _ retention: Retention) throws {
        for uid in users where retention.maxLogBytesPerUID > 0 {
            while byUser[uid] > retention.maxLogBytesPerUID, try removeOldest("uid = \(uid)") {}
        }
        guard retention.maxLogBytes > 0 else { return }
        while byUser.total > retention.maxLogBytes, try removeOldest("TRUE") {}
    }

    mutating func removeOld(before time: Timestamp) throws {
        for _ in 0..<Retention.stepRows {
            guard try removeOldest("changed < \(time.seconds)") else { return }
        }
    }

    /// Removes a whole log, the one that ended first.
    /// - Returns: whether there was any.
    private mutating func removeOldest(_ condition: String) throws -> Bool {
        let oldest = try Row.fetchOne(
            db, sql: "SELECT id, uid, bytes FROM logs WHERE \(condition) ORDER BY changed LIMIT 1")
        guard let oldest else { return false }
        try db.run("DELETE FROM pieces WHERE log = ?", [oldest[0] as Int64])
        try db.run("DELETE FROM logs WHERE id = ?", [oldest[0] as Int64])
        byUser.add(-oldest.bytes(2), of: UInt32(clamping: oldest[1] as Int64))
        return true
    }

    static func bytesByUser(_ db: Database) throws -> UserCounts {
        var counts = UserCounts()
        let rows = try Row.fetchCursor(db, sql: "SELECT uid, sum(bytes) FROM logs GROUP BY uid")
        while let row = try rows.next() { counts.add(row.bytes(1), of: UInt32(clamping: row[0] as Int64)) }
        return counts
    }
}

extension Row {
    /// What a row says that it takes, which may be any number where another program wrote it; they are added up.
    fileprivate func bytes(_ column: Int) -> Int { Swift.min(Swift.max(0, self[column]), 1 << 40) }
}

extension Timestamp {
    fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}
