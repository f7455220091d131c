import ConductorEngine
import ConductorModel
import Foundation
import Testing

@testable import ConductorStore

@Suite("Retention")
struct RetentionTests {
    /// On the persistent clock; all is stored at `time`.
    private let later = time + .seconds(40 * 86_400)

    private func withStore(_ body: (SQLiteStore) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try body(store)
            #expect(try SQLiteStore.verify(folder: folder).problems == [])
            try store.close()
        }
    }

    private func removeAll(
        _ store: SQLiteStore, _ retention: Retention = Retention(), at moment: Timestamp
    ) throws -> (steps: Int, expired: [Expired]) {
        try store.mark(time)
        var pass = try store.retentionPass(retention, at: moment)
        var steps = 0, all: [Expired] = []
        while let current = pass {
            let (expired, next) = try store.expired(current)
            if !expired.isEmpty { try store.remove(expired) }
            all.append(expired)
            steps += 1
            pass = next
        }
        return (steps, all)
    }

    @Test("removes what ended long ago, and nothing else")
    func age() throws {
        try withStore { store in
            try store.commit([
                .taskAdded(.queued("old").ended()), .taskAdded(.queued("waiting")),
                .workflowAdded(.running("done").ended()), .taskAdded(.queued("t", in: "done").ended()),
                .workflowAdded(.running("busy")), .taskAdded(.queued("t", in: "busy").ended()), .event(1), .event(2),
            ])
            #expect(try removeAll(store, at: time + .seconds(29 * 86_400)).expired.allSatisfy(\.isEmpty))
            _ = try removeAll(store, at: later)
            #expect(try store.tasks(TaskQuery()).records.map { "\($0.key)" } == ["busy/t", "waiting"])
            #expect(try store.workflows(WorkflowQuery()).records.map { "\($0.workflowID)" } == ["busy"])
            #expect(try store.events(after: 0, limit: 10).isEmpty)
            #expect(try store.load().lastSequence == 2)
        }
    }

    @Test("spares kept dead letters, and what they may send on its way again")
    func deadLetters() throws {
        try withStore { store in
            var redriven = try DeadLetter.of("gone")
            redriven.state = .redriven(requestKey: nil)
            try store.commit([
                .taskAdded(.queued("t").ended(.failed)), .taskAdded(.queued("other").ended(.failed)),
                .deadLetterSaved(.of("d")), .deadLetterSaved(redriven), .event(1),
            ])
            _ = try removeAll(store, at: later)
            #expect(try store.tasks(TaskQuery()).records.map { "\($0.key)" } == ["t"])
            #expect(try store.deadLetter(try #require(DeadLetterID("d"))) != nil)
            #expect(try store.deadLetter(try #require(DeadLetterID("gone"))) == nil)
        }
    }

    @Test("finds dead letters that are too old, long after the events of their time are gone")
    func oldDeadLetters() throws {
        try withStore { store in
            try store.commit([.deadLetterSaved(.of("old")), .event(1)])
            try store.mark(time)
            for day in 1...100 {
                try store.commit([.taskAdded(.queued("t\(day)").ended()), .event(Int64(day + 1))])
                _ = try removeAll(store, at: time + .seconds(day * 86_400))
                try store.mark(time + .seconds(day * 86_400))
            }
            try store.commit([.deadLetterSaved(.of("new")), .event(102)])
            func old(after days: Int) throws -> [String] {
                try store.outlivedDeadLetters(Retention(), at: time + .seconds(days * 86_400)).map { "\($0.id)" }
            }
            #expect(try old(after: 89) == [])
            #expect(try old(after: 100) == ["old"])
        }
    }

    @Test("finds the oldest dead letters where there are too many", arguments: [0, 1, 3, 4])
    func surplusDeadLetters(bound: Int) throws {
        var retention = Retention()
        retention.maxDeadLetters = bound
        let letters = ["a", "b", "c"], memory = InMemoryStore()
        let expected = bound == 0 ? [] : Array(letters.dropLast(bound))
        try memory.commit(letters.map { .deadLetterSaved(try .of($0)) })
        #expect(memory.outlivedDeadLetters(retention, at: time).map { "\($0.id)" } == expected)
        try withStore { store in
            try store.commit(letters.map { .deadLetterSaved(try .of($0)) })
            #expect(try store.outlivedDeadLetters(retention, at: time).map { "\($0.id)" } == expected)
        }
    }

    @Test("goes in small steps, and the chain of events holds from where it now begins")
    func steps() throws {
        try withStore { store in
            for sequence in 1...1000 {
                try store.commit([.taskAdded(.queued("t\(sequence)").ended()), .event(Int64(sequence))])
            }
            let pass = try removeAll(store, at: later)
            #expect(pass.steps >= 10)
            #expect(pass.expired.allSatisfy { $0.tasks.count <= Retention.stepRows })
            try store.commit([.event(1001)])
            #expect(try store.events(after: 0, limit: 10).map(\.sequence) == [1001])
            #expect(try store.load().lastSequence == 1001)
        }
    }

    @Test("takes few bytes at a time, however few the rows")
    func largeRows() throws {
        try withStore { store in
            let output = "{\"x\":\"\(String(repeating: "x", count: 1_000_000))\"}"
            for sequence in 1...40 {
                let task = try TaskRecord.queued("t\(sequence)").ended(output: output)
                try store.commit([.taskAdded(task), .event(Int64(sequence))])
            }
            let pass = try removeAll(store, at: later)
            #expect(pass.expired.map(\.tasks.count).filter { $0 > 0 } == [17, 17, 6])
        }
    }

    @Test("takes a workflow that is larger than a step part by part, its own row last")
    func largeWorkflow() throws {
        try withStore { store in
            try store.commit([.workflowAdded(.running("small").ended()), .workflowAdded(.running("w").ended())])
            try store.commit((1...500).map { .taskAdded(try .queued("t\($0)", in: "w").ended()) } + [.event(1)])
            try store.mark(time)
            var pass = try store.retentionPass(Retention(), at: later)
            var left: [Int] = []
            while let current = pass {
                let (expired, next) = try store.expired(current)
                if !expired.isEmpty { try store.remove(expired) }
                if let tasks = try store.workflow(try #require(WorkflowID("w")))?.1 { left.append(tasks.count) }
                pass = next
            }
            #expect(Set(left) == [500, 300, 100])
            #expect(try store.tasks(TaskQuery()).records.isEmpty)
            #expect(try store.workflows(WorkflowQuery()).records.isEmpty)
        }
    }

    @Test("once it has come to its end looks at nothing before more is old, whatever it has spared")
    func nothingDue() throws {
        try withStore { store in
            try store.commit([.taskAdded(.queued("waiting")), .event(1)])
            try store.mark(time)
            #expect(try store.retentionPass(Retention(), at: later) != nil)
            _ = try removeAll(store, at: later)
            #expect(try store.retentionPass(Retention(), at: later) == nil)
            try store.commit([.event(2)])
            try store.mark(time + .seconds(7200))
            #expect(try store.retentionPass(Retention(), at: later)?.lastEvent == 2)
        }
    }

    @Test("that was cut off goes through everything again")
    func cutOff() throws {
        try withStore { store in
            try store.commit([.taskAdded(.queued("old").ended()), .deadLetterSaved(.of("gone")), .event(1)])
            try store.mark(time)
            let pass = try #require(try store.retentionPass(Retention(), at: later))
            try store.remove(try store.expired(pass).0)
            #expect(try store.retentionPass(Retention(), at: later)?.lastEvent == 1)
        }
    }

    @Test("keeps the store within its size, whatever the age")
    func size() throws {
        try withStore { store in
            let large = "\"\(String(repeating: "x", count: 50_000))\""
            for sequence in 1...100 {
                // A wall clock that is a year ahead for a while changes nothing.
                let moment = time + .seconds(sequence < 20 ? 365 * 86_400 : sequence)
                let task = try TaskRecord.queued("t\(sequence)", input: #"{"x":\#(large)}"#)
                try store.commit([.taskAdded(task.ended()), .event(Int64(sequence), at: moment)])
            }
            var retention = Retention()
            retention.maxBytes = 1 << 20
            _ = try removeAll(store, retention, at: time + .seconds(100))
            let left = try store.tasks(TaskQuery(page: Page(limit: 200))).records.map { "\($0.key)" }
            #expect(left.count < 20 && left == (101 - left.count...100).reversed().map { "t\($0)" })
            #expect(try store.retentionPass(retention, at: time + .seconds(100)) == nil)
        }
    }

    @Test("counts age from the end, not from the beginning")
    func longRunning() throws {
        try withStore { store in
            try store.commit([.taskAdded(.queued("long")), .event(1)])
            try store.commit([.taskAdded(.queued("short").ended()), .event(2)])
            try store.mark(time)
            try store.commit([.taskUpdated(.queued("long").ended()), .event(3)])
            _ = try removeAll(store, at: later)
            #expect(try store.tasks(TaskQuery()).records.map { "\($0.key)" } == ["long"])
            #expect(try store.events(after: 0, limit: 10).map(\.sequence) == [3])
        }
    }

    @Test("takes a note of a time that has not come for wrong, and counts from now")
    func wrongNote() throws {
        try withStore { store in
            try store.commit([.taskAdded(.queued("t").ended()), .event(1)])
            try store.mark(later + .seconds(365 * 86_400))
            try store.mark(later)
            #expect(try store.retentionPass(Retention(), at: later + .seconds(29 * 86_400)) == nil)
            #expect(try store.retentionPass(Retention(), at: later + .seconds(31 * 86_400))?.lastEvent == 1)
        }
    }

    @Test("is without end where it is set to 0")
    func endless() throws {
        try withStore { store in
            var retention = Retention()
            retention.maxAgeDays = 0
            retention.maxBytes = 0
            try store.commit([.taskAdded(.queued("old").ended()), .event(1)])
            try store.mark(time)
            #expect(try store.retentionPass(retention, at: later) == nil)
        }
    }

    @Test("leaves what has come to life again meanwhile")
    func revived() throws {
        try withStore { store in
            let task = try TaskRecord.queued("t").ended()
            try store.commit([.taskAdded(task), .workflowAdded(.running("w").ended())])
            var expired = Expired()
            expired.tasks = [task.key]
            expired.workflows = [try #require(WorkflowID("w"))]
            try store.commit([.taskUpdated(.queued("t")), .workflowUpdated(.running("w"))])
            try store.remove(expired)
            #expect(try store.load().taskNames == ["t"] && store.load().workflowNames == ["w"])
        }
    }
}
