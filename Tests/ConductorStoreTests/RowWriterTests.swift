import ConductorJSON
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("A row on its way into a table")
struct RowWriterTests {
    private static let columns: [DatabaseValue] = [
        "".databaseValue, "é and \u{1F600}".databaseValue, .null, Int64.min.databaseValue, .null,
        Data("{\"a\":1}".utf8).databaseValue,
    ]

    private static func put(_ row: inout RowWriter) throws {
        row.put("")
        row.put("é and \u{1F600}")
        row.put(nil as String?)
        row.put(Int64.min)
        row.put(nil as Int64?)
        row.put(try JSONText(parsing: "{\"a\":1}"))
    }

    @Test("is stored as GRDB would store the same values, with their checksum")
    func storesColumns() throws {
        try DatabaseQueue().write { db in
            try db.execute(
                sql: "CREATE TABLE t (a TEXT, b TEXT, c TEXT, d INTEGER, e INTEGER, f BLOB, checksum INTEGER) STRICT")
            let insert = try db.makeStatement(sql: "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)")
            var row = RowWriter()
            // What it held before is gone, however long it was.
            row.put(String(repeating: "x", count: 10_000))
            row.begin()
            try Self.put(&row)
            let checksum = row.seal()
            try row.run(insert)
            let stored = try #require(try Row.fetchOne(db, sql: "SELECT * FROM t"))
            #expect(Array(stored.databaseValues) == Self.columns + [checksum.databaseValue])
            #expect(checksum == Checksum.of(Self.columns))
        }
    }

    @Test("has the checksum of a chain where it follows another")
    func followsAnother() throws {
        var row = RowWriter()
        row.begin(after: 77)
        try Self.put(&row)
        #expect(row.seal() == Checksum.of(Self.columns, after: 77))
    }

    @Test("tells what SQLite refuses, and the statement can be used again")
    func tellsRefusals() throws {
        try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE TABLE t (a TEXT UNIQUE) STRICT")
            let insert = try db.makeStatement(sql: "INSERT INTO t VALUES (?)")
            for (text, isRefused) in [("a", false), ("a", true), ("b", false)] {
                var row = RowWriter()
                row.put(text)
                if isRefused {
                    let error = #expect(throws: DatabaseError.self) { try row.run(insert) }
                    #expect(error?.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE)
                } else {
                    try row.run(insert)
                }
            }
            #expect(try String.fetchAll(db, sql: "SELECT a FROM t") == ["a", "b"])
        }
    }
}
