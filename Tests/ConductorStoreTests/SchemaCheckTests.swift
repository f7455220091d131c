import ConductorEngine
import ConductorJSON
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("A database that another program wrote to")
struct SchemaCheckTests {
    private static let strangers = [
        "CREATE TRIGGER spy AFTER INSERT ON events BEGIN DELETE FROM tasks; END",
        "CREATE VIEW spy AS SELECT * FROM tasks",
        "CREATE TABLE spy (x)",
        "CREATE INDEX spy ON tasks (hex(definition))",
        "ALTER TABLE tasks ADD COLUMN spy TEXT AS (hex(definition))",
        "ALTER TABLE policies RENAME TO hidden; CREATE VIEW policies AS SELECT * FROM hidden",
        "DROP TABLE grdb_migrations; CREATE VIEW grdb_migrations AS SELECT 'x' AS identifier",
        "DROP INDEX tasks_live",
    ]

    private func withState(_ body: (_ folder: String, _ file: String, _ backup: String) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t")), .event(1), .counted(.oneTask)])
            let backup = try store.backup(named: "monday").file
            try store.close()
            try body(folder, store.path, backup)
        }
    }

    @Test("is refused at a start, by what is strange in it, and nothing of it runs", arguments: strangers)
    func start(sql: String) throws {
        try withState { folder, file, _ in
            try write(sql, to: file)
            let refusal = try fault { _ = try SQLiteStore(folder: folder) }
            #expect(refusal.kind == .corrupt && refusal.place == file)
            #expect(try fault { _ = try SQLiteStore.verify(folder: folder) } == refusal)
        }
    }

    @Test("is refused as a backup, and what is there stays", arguments: strangers)
    func restore(sql: String) throws {
        try withState { folder, _, backup in
            try write(sql, to: backup)
            let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let refusal = try fault { _ = try SQLiteStore.restore(backup, into: folder, keepingOldAs: "old") }
            #expect(refusal.kind == .corrupt && refusal.place == backup)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
            let store = try SQLiteStore(folder: folder)
            #expect(try store.load().taskNames == ["t"])
            try store.close()
        }
    }

    @Test("is told without what would steer a terminal")
    func terminal() throws {
        try withState { folder, file, _ in
            try write("CREATE VIEW \"\u{1B}]0;x\u{7}\u{202E}\" AS SELECT 1", to: file)
            let text = "\(try fault { _ = try SQLiteStore(folder: folder) })"
            #expect(text.contains("the view \u{FFFD}]0;x\u{FFFD}\u{FFFD},"))
        }
    }

    @Test("may differ in the comments and spaces of its statements, and in nothing that only looks so")
    func statements() {
        func text(_ sql: String) -> StatementText { StatementText(sql) }
        #expect(text("CREATE  TABLE t (a, -- first\n b /* 'x' */)") == text("CREATE TABLE t(a,b)"))
        #expect(text("DEFAULT '--', x DEFAULT '\n'") != text("DEFAULT ''"))
        #expect(text("DEFAULT '/*', x DEFAULT '*/'") != text("DEFAULT ''"))
        #expect(text("a b") != text("ab") && text("'a  b'") != text("'a b'") && text("a/**/b") == text("a b"))
    }

    @Test("may be of a first start that ended after any of its steps")
    func firstSteps() throws {
        for count in 0...Schema.migrations.migrations.count {
            try withFolder { folder in
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                let file = folder + "/" + Schema.file
                let database = try DatabaseQueue(path: file)
                if count == 0 {
                    // The list is there before the first of them.
                    try Schema.migrations.migrate(database, upTo: Schema.migrations.migrations[0])
                    try database.write { db in
                        let made = try String.fetchAll(
                            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb%'")
                        for table in made { try db.execute(sql: "DROP TABLE \(table)") }
                        try db.execute(sql: "DELETE FROM grdb_migrations")
                    }
                } else {
                    try Schema.migrations.migrate(database, upTo: Schema.migrations.migrations[count - 1])
                }
                try database.close()
                chmod(file, 0o600)
                try SQLiteStore(folder: folder).close()
                #expect(try SQLiteStore.verify(folder: folder).problems == [])
            }
        }
    }

    @Test("may have been analyzed")
    func statistics() throws {
        try withState { folder, file, _ in
            try write("ANALYZE", to: file)
            try SQLiteStore(folder: folder).close()
            #expect(try SQLiteStore.verify(folder: folder).problems == [])
        }
    }

    private static let changes: [@Sendable (Database) throws -> Void] = [
        { db in
            var counts = StatusCounts.oneTask
            counts.runs = .max
            try db.run("REPLACE INTO counters VALUES (?, ?, ?)", sealed(1.databaseValue, counts.jsonText))
        },
        { db in
            var counts = StatusCounts.oneTask
            counts.tasks[.completed] = -1
            try db.run("REPLACE INTO counters VALUES (?, ?, ?)", sealed(1.databaseValue, counts.jsonText))
        },
        { db in try EventChain.anchor(db, at: EventChain.Link(sequence: .max, checksum: 0)) },
        { db in try AppliedCommit(log: AppliedCommit(db).log, link: CommitLink(number: .max, checksum: 0)).save(db) },
        { db in try AppliedCommit(log: AppliedCommit(db).log, link: CommitLink(number: -1, checksum: 0)).save(db) },
        { db in
            let breaker = try Breaker.of("a", .closed(failures: .max))
            try db.run("REPLACE INTO breakers VALUES (?, ?, ?)", sealed("a".databaseValue, breaker.jsonText))
        },
        { db in try db.run("UPDATE events SET sequence = ?", [Int64.max]) },
    ]

    private static func sealed(_ key: DatabaseValue, _ text: JSONText) -> StatementArguments {
        let row = [key, Data(text.bytes).databaseValue]
        return StatementArguments(row + [Checksum.of(row).databaseValue])
    }

    @Test("has no counter that the next step would carry out of its range", arguments: changes.indices)
    func counters(index: Int) throws {
        try withState { folder, file, backup in
            for database in [file, backup] {
                let queue = try DatabaseQueue(path: database)
                try queue.write(Self.changes[index])
                try queue.close()
            }
            // As where the marks are gone: a start then believes what it finds.
            unlink(folder + "/" + HighWaterMark.file)
            let atStart = try fault {
                let store = try SQLiteStore(folder: folder)
                defer { try? store.close() }
                _ = try store.load()
            }
            #expect(atStart.kind == .corrupt)
            let ofBackup = try fault { _ = try SQLiteStore.restore(backup, into: folder, keepingOldAs: "old") }
            #expect(ofBackup.kind == .corrupt && !FileManager.default.fileExists(atPath: folder + "/old"))
        }
    }

    @Test("has no task and no workflow that could not go on")
    func records() throws {
        var task = try TaskRecord.queued("t")
        task.failedAttempts = .max
        let tried = task
        #expect(throws: (any Error).self) {
            try TaskRecord(key: tried.key, definition: tried.definition.jsonText, progress: tried.progress)
        }
        var workflow = try WorkflowRecord.running("w")
        workflow.stage = .running(phase: 99, last: 99)
        let astray = workflow
        #expect(throws: (any Error).self) {
            try WorkflowRecord(
                workflowID: astray.workflowID, definition: astray.definition.jsonText, inputs: astray.inputs,
                progress: astray.progress)
        }
    }
}

extension StatusCounts {
    fileprivate static var oneTask: StatusCounts {
        var counts = StatusCounts()
        counts.tasks = [.pending: 1]
        return counts
    }
}
