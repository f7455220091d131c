import ConductorEngine
import ConductorModel
import Foundation
import Testing

@testable import ConductorStore

@Suite("The high-water mark")
struct HighWaterMarkTests {
    /// A killed daemon's folder: eight commits, the first four of which are in the database, the rest in its log.
    private struct Remains {
        let folder: String
        var database: String { folder + "/conductor.db" }
        var log: String { folder + "/conductor.db-wal" }
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

    @Test("tells what a log that was cut off has lost, once, and the rest is kept", arguments: [1, 5000, 12_000])
    func cutLog(bytes: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try remains.change(remains.log) { $0.removeLast(bytes) }
            let found = try remains.start()
            #expect(found.tasks == (1...found.tasks.count).map { "t\($0)" } && (4..<8).contains(found.tasks.count))
            let loss = try #require(found.loss)
            #expect(loss.contains("events \(found.tasks.count + 1) to 8"))
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
            #expect(try #require(found.loss).contains("events 5 to 8"))
        }
    }

    @Test("has a log refused that is damaged in its middle, with what to do", arguments: [3, 20, 60, 5000])
    func damagedLog(offset: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try remains.change(remains.log) { $0[offset] ^= 4 }
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.place == remains.log)
            #expect(fault.message.contains("events ") && fault.message.contains(" to 8 cannot be read"))
            #expect(fault.message.contains("--restore") && fault.message.contains(remains.mark))
            try FileManager.default.removeItem(atPath: remains.mark)
            #expect(try remains.start().tasks.count < 8)
        }
    }

    @Test("has an older copy of the database refused")
    func olderDatabase() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.event(1)])
            try store.close()
            let old = try Data(contentsOf: URL(filePath: store.path))
            let remains = try Remains(in: folder + "-later")
            try FileManager.default.removeItem(atPath: remains.log)
            try old.write(to: URL(filePath: remains.database))
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.message.contains("ends with event 1, and held event 4 before"))
        }
    }

    @Test("has another history of the same length refused")
    func otherHistory() throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            let other = try SQLiteStore(folder: folder + "-other")
            for sequence in 1...9 { try other.commit([.event(Int64(sequence), task: "other")]) }
            try other.close()
            try FileManager.default.removeItem(atPath: remains.log)
            try Data(contentsOf: URL(filePath: other.path)).write(to: URL(filePath: remains.database))
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.message.contains("event 4 is not the one that was written last"))
        }
    }

    @Test("is refused where it cannot be understood itself", arguments: [0, 4096])
    func damagedMark(offset: Int) throws {
        try withFolder { folder in
            let remains = try Remains(in: folder)
            try remains.change(remains.mark) { $0[offset + 12] ^= 1 }
            let fault = try fault { _ = try remains.start() }
            #expect(fault.kind == .corrupt && fault.place == remains.mark)
        }
    }
}
