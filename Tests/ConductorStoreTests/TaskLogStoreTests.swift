import ConductorJSON
import ConductorModel
import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("The logs of tasks")
struct TaskLogStoreTests {
    private func piece(
        _ attempt: UInt64, _ numbers: ClosedRange<Int>, uid: UInt32 = 1, at moment: Timestamp = time, bytes: Int = 4
    ) -> LogPiece {
        let lines = numbers.map {
            LogLine(number: $0, timestamp: moment, stream: "stdout", text: String(repeating: "x", count: bytes))
        }
        return LogPiece(
            attempt: token(attempt), uid: uid, lastNumber: numbers.upperBound, lastTime: moment, lines: lines.jsonText)
    }

    private func token(_ number: UInt64) -> AttemptToken { AttemptToken(high: 0, low: number) }

    private func numbers(_ store: TaskLogStore, _ attempt: UInt64, _ range: LogRange = LogRange()) throws -> [Int] {
        try store.lines(of: token(attempt), range).lines.map(\.number)
    }

    @Test(
        "are begun anew where another program wrote to them",
        arguments: [
            "CREATE TRIGGER spy AFTER INSERT ON logs BEGIN DELETE FROM pieces; END", "CREATE VIEW spy AS SELECT 1",
            "DROP TABLE pieces; CREATE TABLE pieces (x)",
        ])
    func strangers(sql: String) throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let store = try TaskLogStore(folder: folder)
            try store.add([piece(1, 1...2)], Retention())
            try store.close()
            let same = try TaskLogStore(folder: folder)
            #expect(try same.damage == nil && numbers(same, 1) == [1, 2])
            try same.close()
            try write(sql, to: folder + "/" + TaskLogStore.file)
            let next = try TaskLogStore(folder: folder)
            #expect(try next.damage?.contains("start empty") == true && numbers(next, 1) == [])
            try next.close()
        }
    }

    @Test("are counted, whatever another program wrote of their lengths and numbers")
    func lengths() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let store = try TaskLogStore(folder: folder)
            try store.add([piece(1, 1...2), piece(2, 1...2, uid: 2)], Retention())
            try store.close()
            for bytes in [Int64.max, Int64.min] {
                try write(
                    "UPDATE logs SET bytes = \(bytes), last = \(bytes); UPDATE pieces SET bytes = \(bytes)",
                    to: folder + "/" + TaskLogStore.file)
                let next = try TaskLogStore(folder: folder)
                #expect(next.damage == nil)
                try? next.add([piece(1, 3...3)], Retention())
                #expect(try next.lastNumbers(of: [token(1), token(2)])[token(2)] == nil)
                try next.close()
            }
        }
    }

    @Test("are read by ranges, each attempt's its own")
    func ranges() throws {
        let store = try TaskLogStore(folder: nil)
        try store.add([piece(1, 1...5), piece(2, 1...1), piece(1, 6...8)], Retention())
        #expect(try numbers(store, 1) == Array(1...8))
        #expect(try numbers(store, 1, LogRange(.after(4))) == [5, 6, 7, 8])
        #expect(try numbers(store, 1, LogRange(.after(4), limit: 2)) == [5, 6])
        #expect(try numbers(store, 1, LogRange(.last(3))) == [6, 7, 8])
        #expect(try numbers(store, 1, LogRange(.last(100))) == Array(1...8))
        #expect(try numbers(store, 1, LogRange(.after(8))) == [])
        #expect(try numbers(store, 2) == [1])
        #expect(try store.lines(of: token(1), LogRange(.after(8))).last == 8)
        #expect(try store.lines(of: token(3), LogRange()) == LogPage())
    }

    @Test("are there when the store is opened anew, and go on with the next number")
    func reopened() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            var store = try TaskLogStore(folder: folder)
            try store.add([piece(1, 1...3)], Retention())
            try store.close()
            store = try TaskLogStore(folder: folder)
            #expect(store.damage == nil)
            #expect(try store.lastNumbers(of: [token(1), token(2)]) == [token(1): 3])
            #expect(try numbers(store, 1) == [1, 2, 3])
            try store.close()
        }
    }

    @Test("of one attempt are bounded: the oldest lines go")
    func attemptBound() throws {
        let store = try TaskLogStore(folder: nil)
        for part in 0..<10 {
            try store.add([piece(1, part * 10 + 1...part * 10 + 10, bytes: 60 << 10)], Retention())
        }
        let kept = try store.lines(of: token(1), LogRange(.after(0), limit: 1)).lines.first?.number ?? 0
        #expect(kept > 30 && kept % 10 == 1)
        #expect(try store.lines(of: token(1), LogRange()).last == 100)
    }

    @Test("a page ends early where its lines are long")
    func page() throws {
        let store = try TaskLogStore(folder: nil)
        for part in 0..<4 { try store.add([piece(1, part * 10 + 1...part * 10 + 10, bytes: 60 << 10)], Retention()) }
        let first = try numbers(store, 1)
        #expect(first == Array(1...20))
        #expect(try numbers(store, 1, LogRange(.after(20))) == Array(21...40))
    }

    @Test("of one user are bounded: whole logs go, the oldest first, and nobody else's")
    func userBound() throws {
        let store = try TaskLogStore(folder: nil)
        var retention = Retention()
        retention.maxLogBytesPerUID = 10_000
        try store.add([piece(9, 1...50, uid: 2, bytes: 100)], retention)
        for attempt in 1...4 as ClosedRange<UInt64> {
            let moment = time + .seconds(Int(attempt))
            try store.add([piece(attempt, 1...20, at: moment, bytes: 100)], retention)
        }
        #expect(try numbers(store, 1) == [] && numbers(store, 4).count == 20)
        #expect(try numbers(store, 9).count == 50)
        retention.maxLogBytes = 12_000
        try store.add([piece(5, 1...20, at: time + .seconds(9), bytes: 100)], retention)
        #expect(try numbers(store, 9) == [] && numbers(store, 5).count == 20)
    }

    @Test("go when they are too old")
    func age() throws {
        let store = try TaskLogStore(folder: nil)
        try store.add([piece(1, 1...1), piece(2, 1...1, at: time + .seconds(86_400))], Retention())
        try store.removeOld(Retention(), at: time + .seconds(30 * 86_400 + 1))
        #expect(try numbers(store, 1) == [] && numbers(store, 2) == [1])
        var forEver = Retention()
        forEver.maxAgeDays = 0
        try store.removeOld(forEver, at: time + .seconds(400 * 86_400))
        #expect(try numbers(store, 2) == [1])
    }

    @Test("that cannot be read are begun anew, and that is told")
    func damaged() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try Data(repeating: 7, count: 8192).write(to: URL(filePath: folder + "/" + TaskLogStore.file))
            let store = try TaskLogStore(folder: folder)
            #expect(store.damage?.contains("start empty") == true)
            try store.add([piece(1, 1...1)], Retention())
            #expect(try numbers(store, 1) == [1])
            try store.close()
        }
    }
}
