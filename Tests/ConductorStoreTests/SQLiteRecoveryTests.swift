import ConductorEngine
import ConductorJSON
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("A database on disk")
struct SQLiteRecoveryTests {
    @Test("that was cut off while it was written holds a prefix of its commits, each whole")
    func prefix() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.close()
            let database = try Data(contentsOf: URL(filePath: store.path))
            let writer = try SQLiteStore(folder: folder)
            for index in 1...8 {
                try writer.commit([
                    .taskAdded(.queued("t\(index)")), .event(Int64(index)), .agentSaved(.idle("a\(index)")),
                ])
            }
            let applied = try DatabaseQueue(path: store.path).read { try AppliedCommit($0) }
            let paths = CommitLog.paths(in: folder)
            let contents = try LogContents(paths, of: UInt64(bitPattern: applied.log), after: .origin)
            let log = try Data(contentsOf: URL(filePath: paths[0]))
            try #require(contents.commits.count == 8)
            for (index, entry) in contents.commits.enumerated() {
                let end = entry.offset + LogRecordHeader.length + entry.header.payloadLength
                for cut in [entry.offset + 10, end - 1, end] {
                    let whole = cut == end ? index + 1 : index
                    let copy = folder + "/copy-\(index)-\(cut)"
                    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
                    try database.write(to: URL(filePath: copy + "/conductor.db"))
                    try log.prefix(cut).write(to: URL(filePath: copy + "/conductor.db-commits.0"))
                    let restored = try SQLiteStore(folder: copy)
                    let state = try restored.load()
                    #expect(state.taskNames == (0..<whole).map { "t\($0 + 1)" })
                    #expect(state.agents.count == whole && state.lastSequence == Int64(whole))
                    try restored.close()
                }
            }
            try writer.close()
        }
    }

    @Test(
        "names the table and the key of a row that cannot be read",
        arguments: [
            ("UPDATE tasks SET progress = x'7b'", "row w/t of tasks"),
            ("UPDATE tasks SET definition = x'7b7d'", "row w/t of tasks"),
            ("UPDATE tasks SET status = 'in_progress'", "row w/t of tasks"),
            ("UPDATE tasks SET task_id = '?'", "row w/? of tasks"),
            ("UPDATE workflows SET progress = x'5b5d'", "row w of workflows"),
            ("UPDATE workflows SET inputs = x'ff'", "row w of workflows"),
            ("UPDATE agents SET state = x'7b7d'", "row a of agents"),
            ("UPDATE agents SET agent_id = 'b'", "row b of agents"),
            ("UPDATE policies SET kind = 'PhaseGatePolicy'", "row PhaseGatePolicy of policies"),
            ("UPDATE breakers SET breaker = x'7b7d'", "row a of breakers"),
            ("UPDATE breakers SET agent_id = 'b'", "row b of breakers"),
            ("UPDATE counters SET counts = x'6e756c6c'", "row 1 of counters"),
            ("UPDATE events SET kind = 'what' WHERE sequence = 2", "row 2 of events"),
            ("DELETE FROM events WHERE sequence = 2", "row 2 of events"),
            ("DELETE FROM events WHERE sequence = 1", "row 1 of events"),
            ("UPDATE tasks SET agent_type = 'review'", "row w/t of tasks"),
            ("UPDATE tasks SET checksum = checksum + 1", "row w/t of tasks"),
            ("UPDATE events SET timestamp = timestamp + 1 WHERE sequence = 3", "row 3 of events"),
            ("UPDATE events SET task_id = NULL WHERE sequence = 1", "row 1 of events"),
            ("DELETE FROM tasks", "tasks that are pending"),
            ("DELETE FROM workflows", "workflows that are in_progress"),
        ])
    func corruption(sql: String, place: String) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([
                .taskAdded(.queued("t", in: "w")), .workflowAdded(.running("w")), .agentSaved(.idle("a")),
                .policySaved(.agentAvailability), .breakerSaved(.of("a", .open(at: time, failures: 5))), .event(1),
                .event(2), .event(3), .counted(.oneOfEach),
            ])
            try store.close()
            try write(sql, to: store.path)
            let damaged = try SQLiteStore(folder: folder)
            let fault = try fault { _ = try damaged.load() }
            #expect(fault.kind == .corrupt)
            #expect(fault.place == place)
            try damaged.close()
        }
    }

    @Test(
        "names the dead letter that cannot be read, to whoever asks for it",
        arguments: [
            ("UPDATE dead_letters SET letter = x'7b7d'", "row d of dead_letters"),
            ("UPDATE dead_letters SET state = 'what'", "row d of dead_letters"),
            ("UPDATE dead_letters SET dead_letter_id = 'e'", "row e of dead_letters"),
        ])
    func corruptLetter(sql: String, place: String) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.deadLetterSaved(.of("d"))])
            try store.close()
            try write(sql, to: store.path)
            let damaged = try SQLiteStore(folder: folder)
            for name in ["d", "e"] {
                let id = try #require(DeadLetterID(name))
                guard place.contains(" \(name) ") else { continue }
                let fault = try fault { _ = try damaged.deadLetter(id) }
                #expect(fault.kind == .corrupt && fault.place == place)
            }
            try damaged.close()
        }
    }

    @Test("keeps a log of bounded length however much is written")
    func boundedLog() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.close()
            let writer = try DatabaseQueue(path: store.path)
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
            let checkpointer = Checkpointer(
                try DatabaseQueue(path: store.path), try HighWaterMark(path: folder + "/conductor.mark"),
                interval: 10, maximumFrames: 100)
            for index in 1...1000 {
                try writer.write { db in
                    try db.execute(sql: "REPLACE INTO agents VALUES ('a', zeroblob(?), 0)", arguments: [index])
                }
                checkpointer.wrote(rows: 1)
            }
            #expect(fileSize(store.path + "-wal") < 200 * 4120)
            try writer.close()
            try checkpointer.close()
        }
    }

    @Test("counts what an earlier process left in that log towards its length")
    func boundedOverRestarts() throws {
        try withFolder { folder in
            try SQLiteStore(folder: folder).close()
            let path = folder + "/conductor.db"
            let writer = try DatabaseQueue(path: path)
            try writer.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                try db.execute(sql: "REPLACE INTO agents VALUES ('a', zeroblob(200000), 0)")
            }
            let before = fileSize(path)
            let checkpointer = Checkpointer(
                try DatabaseQueue(path: path), try HighWaterMark(path: folder + "/conductor.mark"), interval: 40)
            checkpointer.wrote(rows: 1)
            try checkpointer.close()
            #expect(before < 200_000 && fileSize(path) > 200_000)
            try writer.close()
        }
    }

    @Test("counts inputs and outputs towards that length, once for each time that their row is written")
    func largeRows() throws {
        func bytes(_ commits: [Change]...) throws -> Int {
            var unapplied = UnappliedChanges(after: .origin)
            for (index, changes) in commits.enumerated() {
                unapplied.add(try CoalescedChanges(changes), CommitLink(number: Int64(index + 1), checksum: 0))
            }
            return unapplied.bytes
        }
        let small = try TaskRecord.queued("t")
        #expect(try bytes([.taskAdded(small)]) < 4096)
        let large = try TaskRecord.queued("t", input: #"{"x":"\#(String(repeating: "x", count: 1_000_000))"}"#)
        let once = try bytes([.taskAdded(large)])
        #expect((1_000_000..<1_010_000).contains(once))
        #expect(try bytes([.taskAdded(large)], [.taskUpdated(large)]) == once)
        let result = try small.ended(output: #"{"x":"\#(String(repeating: "x", count: 1 << 19))"}"#)
        #expect(try bytes([.taskAdded(small)], [.taskUpdated(result)]) >= 1 << 19)
    }
}
