import ConductorEngine
import ConductorModel
import Testing

@testable import ConductorStore

@Suite("Retention by size")
struct SurplusTests {
    private static let flooder: UInt32 = 7, neighbour: UInt32 = 8

    private func withStore(_ body: (SQLiteStore) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try body(store)
            #expect(try SQLiteStore.verify(folder: folder).problems == [])
            try store.close()
        }
    }

    /// Of nothing that is old.
    private func retention(_ maxBytes: Int) -> Retention {
        var retention = Retention()
        retention.maxBytes = maxBytes
        return retention
    }

    private func shrink(_ store: SQLiteStore, to maxBytes: Int) throws -> [Expired] {
        var pass = try store.retentionPass(retention(maxBytes), at: time)
        var all: [Expired] = []
        while let current = pass {
            let (expired, next) = try store.expired(current)
            if !expired.isEmpty { try store.remove(expired) }
            all.append(expired)
            pass = next
        }
        return all
    }

    private func input(_ bytes: Int) -> String { #"{"x":"\#(String(repeating: "x", count: bytes))"}"# }

    private func ended(_ name: String, bytes: Int = 10, of uid: UInt32, in workflow: String? = nil) throws -> TaskRecord
    {
        try .queued(name, in: workflow, input: input(bytes), of: uid).ended()
    }

    private func names(_ store: SQLiteStore) throws -> [String] {
        try store.tasks(TaskQuery(page: Page(limit: 1000))).records.map { "\($0.key)" }.reversed()
    }

    @Test("takes the oldest of whoever fills the disk, and nothing of another, however old")
    func flood() throws {
        try withStore { store in
            try store.commit([.taskAdded(ended("old", bytes: 50_000, of: Self.neighbour))])
            for number in 1...100 {
                try store.commit([.taskAdded(ended("t\(number)", bytes: 50_000, of: Self.flooder))])
            }
            _ = try shrink(store, to: 1 << 20)
            let left = try names(store)
            #expect(left.first == "old")
            #expect(left.count > 10 && left.dropFirst().elementsEqual((102 - left.count...100).map { "t\($0)" }))
            #expect(try store.retentionPass(retention(1 << 20), at: time) == nil)
        }
    }

    @Test("goes on with the next one where two have the same, and both lose alike")
    func equals() throws {
        try withStore { store in
            for number in 1...40 {
                try store.commit([
                    .taskAdded(ended("a\(number)", bytes: 50_000, of: 7)),
                    .taskAdded(ended("b\(number)", bytes: 25_000, of: 8)),
                    .taskAdded(ended("c\(number)", bytes: 25_000, of: 9)),
                ])
            }
            _ = try shrink(store, to: 2 << 20)
            let left = try store.storedBytes(), most = try #require(left.values.max())
            #expect(left.count == 3 && left.values.allSatisfy { most - $0 <= 300_000 })
            #expect(try names(store).filter { $0.hasPrefix("b") }.last == "b40")
        }
    }

    @Test("takes tasks, workflows and settled dead letters in the order in which they came")
    func kinds() throws {
        try withStore { store in
            var settled = try DeadLetter.of("settled")
            settled.state = .discarded
            try store.commit([.taskAdded(ended("t", bytes: 200_000, of: 7)), .event(1)])
            try store.commit([
                .workflowAdded(.running("w", of: 7).ended()), .taskAdded(ended("t", bytes: 200_000, of: 7, in: "w")),
                .event(2),
            ])
            try store.commit([.deadLetterSaved(settled), .event(3)])
            try store.commit([.taskAdded(ended("last", bytes: 200_000, of: 7)), .event(4)])
            var steps: [[String]] = []
            for _ in 1...3 {
                let surplus = try #require(Surplus(used: 1_100_000, of: 1_000_000))
                let (expired, _) = try store.expired(RetentionPass(lastEvent: 0, spared: [], stage: .surplus(surplus)))
                try store.remove(expired)
                steps.append(
                    expired.tasks.map { "\($0)" } + expired.workflows.map { "\($0)" }
                        + expired.deadLetters.map { "\($0)" })
            }
            #expect(steps == [["t"], ["w"], ["last", "settled"]])
        }
    }

    @Test("takes from the events what passes a quarter, and no work for them")
    func events() throws {
        try withStore { store in
            try store.commit([.taskAdded(ended("t", bytes: 100_000, of: Self.neighbour))])
            for sequence in 1...4000 { try store.commit([.event(Int64(sequence))]) }
            let expired = try shrink(store, to: 300_000)
            #expect(expired.allSatisfy { $0.tasks.isEmpty })
            #expect(try names(store) == ["t"])
            let first = try #require(try store.events(after: 0, limit: 1).first?.sequence)
            #expect(first > 1 && first < 4000)
            #expect(try store.load().lastSequence == 4000)
        }
    }

    @Test("takes no events where they have less than their share and work is left to go")
    func fewEvents() throws {
        try withStore { store in
            for number in 1...50 {
                try store.commit([
                    .taskAdded(ended("t\(number)", bytes: 50_000, of: 7)), .event(Int64(number)),
                ])
            }
            _ = try shrink(store, to: 1 << 20)
            #expect(try store.events(after: 0, limit: 100).count == 50)
            #expect(try names(store).count < 25)
        }
    }

    @Test("takes nothing that is live, spared or kept, and comes to its end")
    func nothingToGo() throws {
        try withStore { store in
            try store.commit([
                .taskAdded(.queued("live", input: input(500_000), of: 7)),
                .taskAdded(.queued("t", of: 7).ended(.failed)),
                .workflowAdded(.running("w", of: 7)), .taskAdded(ended("t", of: 7, in: "w")),
                .deadLetterSaved(.of("d")),
            ])
            #expect(try shrink(store, to: 100_000).allSatisfy(\.isEmpty))
            #expect(try names(store) == ["live", "t", "w/t"])
        }
    }

    @Test("goes in small steps, a large workflow part by part")
    func steps() throws {
        try withStore { store in
            try store.commit([.workflowAdded(.running("w", of: 7).ended())])
            try store.commit((1...500).map { .taskAdded(try ended("t\($0)", bytes: 2_000, of: 7, in: "w")) })
            try store.commit((1...500).map { .taskAdded(try ended("t\($0)", bytes: 2_000, of: 7)) })
            let expired = try shrink(store, to: 1)
            #expect(expired.allSatisfy { $0.tasks.count <= Retention.stepRows })
            #expect(expired.filter { !$0.parts.isEmpty }.count == 2)
            #expect(try names(store).isEmpty)
            #expect(try store.storedBytes() == [:])
        }
    }

    @Test("knows what each user has stored, whatever changes of it")
    func storedBytes() throws {
        try withStore { store in
            func stored(_ changes: [Change]) throws -> [UInt32: Int] {
                try store.commit(changes)
                return try store.storedBytes()
            }
            let small = try stored([.taskAdded(.queued("t", of: 7))])
            let large = try stored([.taskUpdated(TaskRecord.queued("t", of: 7).ended(output: input(10_000)))])
            #expect(large[7]! - small[7]! > 10_000)
            let both = try stored([
                .workflowAdded(.running("w", of: 8)), .taskAdded(.queued("t", in: "w", of: 8)), .event(1),
            ])
            #expect(both[7] == large[7] && both[8]! > 2 * StoredBytes.ofRow)
            let letter = try stored([.deadLetterSaved(.of("d"))])
            #expect(letter[7]! > both[7]! && letter[8] == both[8])
            #expect(try stored([.workflowUpdated(.running("w", of: 8).ended())])[8] != both[8])
        }
    }

    @Test(
        "of dead letters discards the oldest of whoever has the most",
        arguments: [(5, []), (4, ["a1"]), (3, ["a1", "a2"]), (1, ["a1", "a2", "a3", "b1"])])
    func deadLetters(bound: Int, expected: [String]) throws {
        var retention = Retention()
        retention.maxDeadLetters = bound
        for backend in Backend.allCases {
            try backend.withStore { store in
                try store.commit([
                    .taskAdded(ended("t", of: 7)), .workflowAdded(.running("w", of: 8)),
                    .taskAdded(ended("t", of: 8, in: "w")), .deadLetterSaved(.of("b1", in: "w")),
                ])
                for name in ["a1", "a2", "a3"] { try store.commit([.deadLetterSaved(.of(name))]) }
                try store.commit([.deadLetterSaved(.of("b2", in: "w"))])
                let letters = try store.outlivedDeadLetters(retention, at: time).map { "\($0.id)" }
                #expect(letters.sorted() == expected, "\(backend)")
            }
        }
    }

    @Test("has nothing to remove at its bound, and something a byte past it")
    func bound() {
        #expect(Surplus(used: 1_000, of: 1_000) == nil)
        #expect(Surplus(used: 1_001, of: 1_000)?.bytes == 101)
        #expect(Surplus(used: 1 << 40, of: 0) == nil)
    }
}
