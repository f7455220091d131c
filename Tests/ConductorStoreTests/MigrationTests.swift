import ConductorEngine
import ConductorJSON
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("A database of another version")
struct MigrationTests {
    @Test("is refused with a sentence where it is newer")
    func newerVersion() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.close()
            try write("INSERT INTO grdb_migrations VALUES ('99 what is to come')", to: store.path)
            let fault = try fault { _ = try SQLiteStore(folder: folder) }
            #expect(fault.kind == .newerVersion)
            #expect("\(fault)".contains("a newer version of Conductor wrote this database"))
        }
    }

    @Test(
        "opens with all that it holds, each row sealed, where it is older",
        arguments: [
            (versionOneDatabase, 0), (versionTwoDatabase, 1), (versionThreeDatabase, 1), (versionFourDatabase, 1),
        ])
    func older(database: String, letters: Int) throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try write(database, to: folder + "/conductor.db")
            let store = try SQLiteStore(folder: folder)
            let state = try store.load()
            #expect(state.taskNames == ["w/build"] && state.workflowNames == ["w"] && state.lastSequence == 1)
            #expect(state.tasks.first?.definition.inputData.string == #"{"n": 1.50}"#)
            #expect(state.agents.map { $0.completedTasks.map(\.description) } == [["old"]])
            #expect(state.policies == [.maxConcurrentTasks(limit: 7)])
            #expect(state.counts.tasks == [.completed: 1, .pending: 1])
            #expect(try store.task(.of("old"))?.outcome?.result.outputData.string == #"{"ok":true}"#)
            #expect(state.breakers.count == letters)
            #expect(try store.deadLetters(Page()).records.count == letters)
            #expect(try SQLiteStore.verify(folder: folder).problems == [])
            try store.commit([.event(2), .deadLetterSaved(.of("new"))])
            #expect(try store.deadLetters(Page()).records.count == letters + 1)
            try store.close()
        }
    }

    @Test(
        "holds the same after a kill at any step of its migration as it would have without",
        arguments: [versionOneDatabase, versionTwoDatabase, versionThreeDatabase, versionFourDatabase])
    func killed(database: String) throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/conductor.db"
            try write(database, to: path)
            let before = try Data(contentsOf: URL(filePath: path))
            let migration = try DatabaseQueue(path: path)
            try migration.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0")
            }
            try Schema.migrations.migrate(migration)
            let log = try Data(contentsOf: URL(filePath: path + "-wal"))
            try migration.close()
            for cut in stride(from: 32, through: log.count, by: 24 + 4096) {
                let copy = folder + "/copy-\(cut)"
                try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
                try before.write(to: URL(filePath: copy + "/conductor.db"))
                try log.prefix(cut).write(to: URL(filePath: copy + "/conductor.db-wal"))
                let store = try SQLiteStore(folder: copy)
                let state = try store.load()
                #expect(state.taskNames == ["w/build"] && state.workflowNames == ["w"] && state.lastSequence == 1)
                try store.close()
                #expect(try SQLiteStore.verify(folder: copy).problems == [])
            }
        }
    }

    @Test("lets its history age as its events tell, where it is older, but for what a wall clock ahead of time dated")
    func history() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/conductor.db"
            try write(versionFourDatabase, to: path)
            let hour: Int64 = 3_600_000_000
            // The clock was a day ahead at the third event.
            for (sequence, hours) in [(2, 1), (3, 24), (4, 2), (5, 2)] as [(Int64, Int64)] {
                try write(
                    """
                    INSERT INTO events VALUES (\(sequence), \(1_769_860_800_000_000 + hours * hour), 'task.started', 'w',
                    'build', 'a', 1, NULL, CAST('{}' AS BLOB), 0)
                    """, to: path)
            }
            let database = try DatabaseQueue(path: path)
            try Schema.migrations.migrate(database)
            try database.read { db in
                let calendar = Calendar(db: db), start = Timestamp(microseconds: 1_769_860_800_000_000)
                #expect(try calendar.sequence(before: start + .seconds(3599)) == 1)
                #expect(try calendar.sequence(before: start + .seconds(3600)) == 2)
                #expect(try calendar.sequence(before: start + .seconds(7200)) == 5)
                let orders = try ["tasks WHERE task_id = 'old'", "workflows", "dead_letters"].map { rows in
                    try Row.fetchAll(db, sql: "SELECT added, changed FROM \(rows)").map { [$0[0], $0[1]] as [Int] }
                }
                #expect(orders == [[[1, 1]], [[2, 5]], [[5, 5]]])
            }
            try database.close()
        }
    }

    @Test("learns whose its rows are and what they take, and leaves what cannot be read to whoever reads it")
    func owners() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/conductor.db"
            try write(versionFourDatabase, to: path)
            let database = try DatabaseQueue(path: path)
            try Schema.migrations.migrate(database, upTo: "7 names and numbers of workflows")
            for (name, uid) in [("a", ""), ("b", #""x"}"#), ("c", "-1}")] {
                try write(
                    """
                    INSERT INTO tasks (task_id, workflow_id, status, definition, progress)
                    VALUES ('\(name)', '', 'completed', CAST('{}' AS BLOB), CAST('{"owner_uid":\(uid)' AS BLOB))
                    """, to: path)
            }
            try Schema.migrations.migrate(database)
            try database.read { db in
                let owners = try Row.fetchAll(db, sql: "SELECT task_id, owner FROM tasks ORDER BY task_id")
                let known = owners.map { "\($0[0] as String) \($0[1] as Int)" }
                #expect(known == ["a 0", "b 0", "build 1000", "c 0", "old 1000"])
                #expect(try Int.fetchAll(db, sql: "SELECT owner FROM dead_letters") == [1000])
                let stored = try StoredBytes(db)
                #expect(stored.work.keys.sorted() == [0, 1000] && stored.events > 0)
                try StoredBytes(counting: db).mustBe(stored)
            }
            try database.close()
        }
    }
}
