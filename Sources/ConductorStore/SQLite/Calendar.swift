import ConductorModel
import GRDB

/// How far the events had come at which time of the persistent clock: the age of what is stored, without a stamp that a
/// wrong wall clock could have given it.
struct Calendar {
    /// No two entries are nearer.
    static let interval = Duration.seconds(3600)

    let db: Database

    /// Notes that the newest event is no younger than `time`, unless an entry of the last hour says so already.
    ///
    /// What was noted of a later time is wrong, since it has not come yet: what it dated is at most as young as now.
    func mark(_ time: Timestamp) throws {
        try db.run("DELETE FROM calendar WHERE time > ?", [time.microseconds])
        let end = try EventChain.end(db).sequence
        if let last = try last("ORDER BY sequence DESC") {
            guard last.sequence < end, time - last.time >= Self.interval else { return }
        }
        if end > 0 { try insert(end, time) }
    }

    /// The newest event that is older than `time`; nil where none is known to be.
    func sequence(before time: Timestamp) throws -> Int64? {
        try last("WHERE time <= ? ORDER BY sequence DESC", [time.microseconds])?.sequence
    }

    /// Leaves out what no removal up to event `sequence` asks for any more, nor a dead letter that is kept for longer.
    func forget(before sequence: Int64) throws {
        try db.run(
            """
            DELETE FROM calendar WHERE sequence < (
                SELECT max(sequence) FROM calendar WHERE sequence <= min(?1, ifnull(
                    (SELECT added FROM dead_letters WHERE \(Schema.isKept) ORDER BY seq LIMIT 1), ?1
                ))
            )
            """, [sequence])
    }

    /// For a database whose events were dated by the wall clock alone: an event is no younger than any that follows it.
    func fillFromEvents() throws {
        var time = Int64.max
        let rows = try Row.fetchCursor(db, sql: "SELECT sequence, timestamp FROM events ORDER BY sequence DESC")
        let interval = Self.interval.components.seconds * 1_000_000
        while let row = try rows.next() {
            let event = RowReader(row, of: "events", keys: [0])
            let timestamp = try event.time(1).microseconds
            guard time == .max || timestamp <= time - interval else { continue }
            time = timestamp
            try insert(try event.integer(0), Timestamp(microseconds: time))
        }
    }

    /// Reads every entry.
    func verify() throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM calendar")
        while let row = try rows.next() { _ = try Self.entry(row) }
    }

    private func insert(_ sequence: Int64, _ time: Timestamp) throws {
        let row = [sequence.databaseValue, time.microseconds.databaseValue]
        try db.run(
            "INSERT INTO calendar VALUES (?, ?, ?)", StatementArguments(row + [Checksum.of(row).databaseValue]))
    }

    private func last(
        _ condition: String, _ arguments: StatementArguments = []
    ) throws -> (sequence: Int64, time: Timestamp)? {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM calendar \(condition) LIMIT 1", arguments: arguments)
        return try row.map(Self.entry)
    }

    private static func entry(_ row: Row) throws -> (sequence: Int64, time: Timestamp) {
        let reader = try RowReader(sealed: row, of: "calendar", keys: [0])
        return (try reader.counter(0), try reader.time(1))
    }
}
