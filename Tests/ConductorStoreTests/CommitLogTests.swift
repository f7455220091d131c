import ConductorEngine
import ConductorModel
import Dispatch
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("The log of commits")
struct CommitLogTests {
    private static let identity: UInt64 = 7

    /// A log in a folder of its own.
    private func withLog(_ body: (_ log: inout CommitLog, _ folder: String) throws -> Void) throws {
        try withFolder { folder in
            try makeFolder(folder)
            var log = try open(folder)
            try body(&log, folder)
        }
    }

    private func open(_ folder: String, after applied: CommitLink = .origin) throws -> CommitLog {
        try CommitLog(contents(folder, after: applied), in: folder, of: Self.identity)
    }

    private func contents(_ folder: String, after applied: CommitLink = .origin) throws -> LogContents {
        try LogContents(CommitLog.paths(in: folder), of: Self.identity, after: applied)
    }

    private func record(_ payload: String = "x", bytes: Int = 100) -> [UInt8] {
        [UInt8](repeating: 0, count: LogRecordHeader.length) + Array(payload.utf8)
            + [UInt8](repeating: 0x20, count: max(0, bytes - payload.utf8.count))
    }

    private func payloads(_ contents: LogContents) -> [String] {
        contents.commits.map {
            String(decoding: contents.payload(of: $0), as: UTF8.self).trimmingCharacters(in: .whitespaces)
        }
    }

    @Test("gives back what was appended, in its order, and goes on after it")
    func appending() throws {
        try withLog { log, folder in
            for text in ["one", "two", "three"] {
                var record = record(text, bytes: 5000)
                try log.append(&record, flushed: 0)
            }
            #expect(try payloads(contents(folder)) == ["one", "two", "three"])
            var next = try open(folder)
            let (end, continued) = (log.end, next.end)
            #expect(continued == end && end.number == 3)
            var four = record("four")
            try next.append(&four, flushed: 0)
            #expect(try payloads(contents(folder)) == ["one", "two", "three", "four"])
            #expect(try payloads(contents(folder, after: end)) == ["four"])
        }
    }

    @Test("uses its files in turn once the tables have what they hold, and takes no more room")
    func turns() throws {
        try withLog { log, folder in
            let size = log.size
            for _ in 0..<3000 {
                var record = record(bytes: 8000)
                try log.append(&record, flushed: log.end.number)
            }
            let (last, sizeAfter) = (log.end.number, log.size)
            #expect(sizeAfter == size && last == 3000)
            // What is left of earlier uses is no commit.
            let link = CommitLink(number: 2990, checksum: 0)
            #expect(try contents(folder, after: link).strays.map(\.header.link.number) == Array(2991...3000))
        }
    }

    @Test("grows while the tables do not keep up, to a bound, and keeps all of it")
    func growth() throws {
        try withLog { log, folder in
            let size = log.size, bytes = 1 << 20
            while !log.mustWait(payload: bytes, flushed: 0) {
                var record = record(bytes: bytes)
                try log.append(&record, flushed: 0)
            }
            let (last, sizeAfter) = (log.end.number, log.size)
            #expect(sizeAfter > size && sizeAfter <= 2 * CommitLog.limit + LogFile.size)
            #expect(try contents(folder).commits.count == Int(last))
            let mustWait = log.mustWait(payload: bytes, flushed: last)
            #expect(!mustWait)
        }
    }

    @Test("takes a commit that is larger than a file")
    func large() throws {
        try withLog { log, folder in
            var record = record("large", bytes: CommitLog.limit + 1)
            let mustWait = log.mustWait(payload: record.count, flushed: 0)
            #expect(!mustWait)
            try log.append(&record, flushed: 0)
            #expect(try payloads(contents(folder)) == ["large"])
        }
    }

    @Test("takes nothing of a payload for a commit, whatever it holds")
    func forgery() throws {
        try withLog { log, folder in
            var forged = record("forged")
            _ = LogRecordHeader.seal(&forged, identity: 8, after: CommitLink(number: 1, checksum: 0))
            var record = record(bytes: LogRecordHeader.page - LogRecordHeader.length) + forged
            try log.append(&record, flushed: 0)
            let found = try contents(folder)
            #expect(found.commits.count == 1 && found.strays.isEmpty)
        }
    }

    // MARK: As a store finds it

    /// A killed daemon's folder with three commits in its log only.
    private func withRemains(_ body: (_ folder: String) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder + "/origin", delay: .never)
            for sequence in 1...3 { try store.commit([.taskAdded(.queued("t\(sequence)")), .event(Int64(sequence))]) }
            try FileManager.default.copyItem(atPath: folder + "/origin", toPath: folder + "/remains")
            try store.close()
            try body(folder + "/remains")
        }
    }

    private func tasks(_ folder: String) throws -> [String] {
        let store = try SQLiteStore(folder: folder)
        defer { try? store.close() }
        return try store.load().taskNames
    }

    @Test("is refused where it is another database's")
    func otherDatabase() throws {
        try withRemains { folder in
            let other = folder + "-other"
            try SQLiteStore(folder: other).close()
            let log = folder + "/conductor.db-commits.0"
            try FileManager.default.removeItem(atPath: log)
            try FileManager.default.copyItem(atPath: other + "/conductor.db-commits.0", toPath: log)
            let fault = try fault { _ = try tasks(folder) }
            #expect(fault.kind == .corrupt && fault.place == log && fault.message.contains("another database"))
        }
    }

    @Test("is refused where a newer version wrote it")
    func newerVersion() throws {
        try withRemains { folder in
            let log = folder + "/conductor.db-commits.0"
            var bytes = try Data(contentsOf: URL(filePath: log))
            let page = LogFile.header(of: 1, size: LogFile.size, version: 2)
            bytes.replaceSubrange(0..<page.count, with: page)
            try bytes.write(to: URL(filePath: log))
            let fault = try fault { _ = try tasks(folder) }
            #expect(fault.kind == .newerVersion && fault.place == log)
        }
    }

    @Test("tells what is lost with the file that is in use, and misses none that is not needed", arguments: [0, 1])
    func missing(file: Int) throws {
        try withRemains { folder in
            try FileManager.default.removeItem(atPath: folder + "/conductor.db-commits.\(file)")
            let store = try SQLiteStore(folder: folder)
            #expect(try store.load().taskNames == (file == 0 ? [] : ["t1", "t2", "t3"]))
            #expect(
                store.loss?.contains("conductor.db-commits.0 was cut off: commits 1 to 3") == (file == 0 ? true : nil))
            try store.commit([.taskAdded(.queued("next"))])
            try store.close()
            #expect(try tasks(folder).last == "next")
        }
    }

    @Test("is verified with the tables, which do not show yet what it holds")
    func verification() throws {
        try withRemains { folder in
            let whole = try SQLiteStore.verify(folder: folder)
            #expect(
                whole.problems == [] && whole.rows.last?.table == "commits to be applied" && whole.rows.last?.count == 3
            )
            let log = folder + "/conductor.db-commits.0"
            var bytes = try Data(contentsOf: URL(filePath: log))
            bytes[LogRecordHeader.page + 50] ^= 1
            try bytes.write(to: URL(filePath: log))
            let damaged = try SQLiteStore.verify(folder: folder)
            #expect(damaged.problems.map(\.place) == [log])
        }
    }

    @Test("is kept beside a database that a backup replaces, and begins anew with the backup")
    func restoring() throws {
        try withRemains { folder in
            let store = try SQLiteStore(folder: folder)
            let backup = try store.backup(named: "b").file
            try store.commit([.taskAdded(.queued("later")), .event(4)])
            try store.close()
            let old = try #require(try SQLiteStore.restore(backup, into: folder, keepingOldAs: "old"))
            #expect(try tasks(folder) == ["t1", "t2", "t3"])
            #expect(try tasks(old) == ["t1", "t2", "t3", "later"])
        }
    }
}
