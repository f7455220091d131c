import ConductorEngine
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("The high-water mark")
struct HighWaterMarkTests {
    /// A killed daemon's folder: eight commits, the first four of which are in the tables, the rest in the log only.
    private struct Remains {
        let folder: String
        var database: String { folder + "/conductor.db" }
        var log: String { folder + "/conductor.db-commits.0" }
        var mark: String { folder + "/conductor.mark" }

        init(in folder: String) throws {
            self.folder = folder + "-remains"
            let first = try SQLiteStore(folder: folder)
            for sequence in 1...4 { try first.commit([.taskAdded(.queued("t\(sequence)")), .event(Int64(sequence))]) }
            try first.close()
            let second = try SQLiteStore(folder: folder)
            for sequence in 5...8 { try second.commit([.taskAdded(.queued("t\(sequence)")), .event(Int64(sequence))]) }
            try FileManager.default.copyItem(atPath: folder, toPath: self.folder)
            try second.close()
            // What was written to the tables and not flushed.
            try FileManager.default.removeItem(atPath: database + "-wal")
        }

        /// Where the commits of the log stand that the tables do not have, and where they end.
        func places() throws -> (begin: Int, end: Int) {
            let applied = try DatabaseQueue(path: database).read { try AppliedCommit($0) }
            let contents = try LogContents(
                CommitLog.paths(in: folder), of: UInt64(bitPattern: applied.log), after: applied.link)
            let first = try #require(contents.commits.first), last = try #require(contents.commits.last)
            return (first.offset, last.offset + LogRecordHeader.length + last.header.payloadLength)
        }

        func change(_ file: String, _ change: (inout Data) -> Void) throws {
            var bytes = try Data(contentsOf: URL(filePath: file))
            change(&bytes)
            try bytes.write(to: URL(filePath: file))
        }

        /// What a start finds.
        func start() throws -> (tasks: [String], loss: String?) {
            let store = try SQLiteStore(folder: folder)
            defer { try? store.close() }
            return (try store.load().taskNames, store.loss)
        }
    }

    @Test("says nothing where nothing is lost")
    func whole() throws {
        try withFolder { folder in
            let found = try Remains(in: folder).start()
            #expect(found.tasks.count == 8 && found.loss == nil)
        }
    }

    @Test("tells what a log that was cut off has lost, once, and the rest is kept", arguments: [1, 4200, 9000])
    func cutLog(bytes: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            let end = try remains.places().end
            try remains.change(remains.log) { $0 = $0.prefix(end - bytes) }
            let found = try remains.start()
            #expect(found.tasks == (1...found.tasks.count).map { "t\($0)" } && (4..<8).contains(found.tasks.count))
            let loss = try #require(found.loss)
            #expect(loss.contains("commits \(found.tasks.count + 1) to 8"))
            #expect(try remains.start().loss == nil)
        }
    }

    @Test("tells a log that is gone altogether")
    func removedLog() throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try FileManager.default.removeItem(atPath: remains.log)
            let found = try remains.start()
            #expect(found.tasks == ["t1", "t2", "t3", "t4"])
            #expect(try #require(found.loss).contains("commits 5 to 8"))
        }
    }

    @Test("has a log refused that is damaged in its middle, with what to do", arguments: [3, 20, 60, 4100, 12_400])
    func damagedLog(offset: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            let begin = try remains.places().begin
            try remains.change(remains.log) { $0[begin + offset] ^= 4 }
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.place == remains.log)
            #expect(fault.message.contains("commits ") && fault.message.contains(" to 8 cannot be read"))
            #expect(fault.message.contains("--restore") && fault.message.contains(remains.mark))
            try FileManager.default.removeItem(atPath: remains.mark)
            #expect(try remains.start().tasks.count < 8)
            #expect(try remains.start().loss == nil)
        }
    }

    @Test("has an older copy of the database refused")
    func olderDatabase() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.event(1)])
            try store.close()
            let old = try Data(contentsOf: URL(filePath: store.path))
            let later = try SQLiteStore(folder: folder)
            for sequence in 2...4 { try later.commit([.event(Int64(sequence))]) }
            try later.close()
            try old.write(to: URL(filePath: store.path))
            let fault = try fault { _ = try SQLiteStore(folder: folder) }
            #expect(fault.kind == .corrupt && fault.message.contains("ends with event 1, and held event 4 before"))
        }
    }

    @Test(
        "tells a damaged page at the beginning of the log from a damaged commit: all is found",
        arguments: [0, 9, 20, 30])
    func damagedFirstPage(offset: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try remains.change(remains.log) { $0[offset] ^= 1 }
            let found = try remains.start()
            #expect(found.tasks.count == 8 && found.loss == nil)
            #expect(try remains.start().tasks.count == 8)
        }
    }

    @Test("has another history of the same length refused")
    func otherHistory() throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            let other = try SQLiteStore(folder: folder + "-other")
            for sequence in 1...9 { try other.commit([.event(Int64(sequence), task: "other")]) }
            try other.close()
            try Data(contentsOf: URL(filePath: other.path)).write(to: URL(filePath: remains.database))
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.message.contains("event 4 is not the one that was written last"))
        }
    }

    @Test("is refused where it cannot be understood itself", arguments: [4096, 8192])
    func damagedMark(offset: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try remains.change(remains.mark) { $0[offset + 12] ^= 1 }
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.place == remains.mark)
        }
    }
}
