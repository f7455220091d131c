import ConductorEngine
import ConductorModel
import Foundation
import Testing

@testable import ConductorStore

@Suite("Verifying a whole database")
struct VerificationTests {
    private func withStore(_ body: (_ store: SQLiteStore, _ folder: String) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([
                .taskAdded(.queued("t", in: "w")), .workflowAdded(.running("w")), .agentSaved(.idle("a")),
                .policySaved(.agentAvailability), .breakerSaved(.of("a", .open(at: time, failures: 5))),
                .deadLetterSaved(.of("d")), .counted(.oneOfEach),
            ])
            for sequence in 1...1200 { try store.commit([.event(Int64(sequence))]) }
            try body(store, folder)
        }
    }

    @Test("counts what it has read, while a daemon has it in use")
    func whole() throws {
        try withStore { store, folder in
            try store.commit([.counted(.oneOfEachAndALetter)])
            try store.applyCommits()
            let verification = try SQLiteStore.verify(folder: folder)
            #expect(verification.problems == [])
            #expect(
                verification.rows.map { "\($0.table) \($0.count)" } == [
                    "tasks 1", "workflows 1", "agents 1", "policies 1", "breakers 1", "dead_letters 1", "events 1200",
                ])
            try store.close()
        }
    }

    @Test("names every row that is not as it was written, however old")
    func damaged() throws {
        try withStore { store, folder in
            try store.close()
            try write(
                """
                UPDATE tasks SET status = 'completed'; UPDATE policies SET policy = x'7b7d';
                UPDATE events SET kind = 'task.failed' WHERE sequence = 3
                """, to: store.path)
            let places = try SQLiteStore.verify(folder: folder).problems.map(\.place)
            #expect(
                places == [
                    "row w/t of tasks", "row AgentAvailabilityPolicy of policies", "row 3 of events",
                    "tasks that are pending",
                ])
        }
    }

    @Test("is done in part by each start, which refuses what is damaged among the newest ended tasks")
    func ended() throws {
        try withStore { store, folder in
            try store.commit([.taskAdded(.queued("u").ended(by: "a"))])
            try store.close()
            try write("UPDATE tasks SET agent_id = 'b' WHERE task_id = 'u'", to: store.path)
            let store = try SQLiteStore(folder: folder)
            #expect(try fault { _ = try store.load() }.place == "row u of tasks")
        }
    }

    @Test("sees where the chain of events was moved, with no event left in it")
    func anchor() throws {
        try withStore { store, folder in
            var expired = Expired()
            expired.lastEvent = 1200
            try store.remove(expired)
            try store.close()
            try write("UPDATE anchor SET sequence = 1300", to: store.path)
            #expect(try SQLiteStore.verify(folder: folder).problems.first?.place == "row 1 of anchor")
            #expect(try fault { _ = try SQLiteStore(folder: folder) }.kind == .corrupt)
        }
    }

    @Test("sees letters that are not there, and logs that were cut off")
    func missing() throws {
        try withStore { store, folder in
            try store.commit([.counted(.oneOfEachAndALetter)])
            try store.close()
            try write("DELETE FROM dead_letters; DELETE FROM events WHERE sequence = 1200", to: store.path)
            let problems = try SQLiteStore.verify(folder: folder).problems
            #expect(problems.map(\.place) == ["dead letters", "stored_bytes of uid 0", store.path])
            #expect(problems.last?.message.contains("ends with event 1199, and held event 1200") == true)
        }
    }
}

extension StatusCounts {
    fileprivate static var oneOfEachAndALetter: StatusCounts {
        var counts = oneOfEach
        counts.deadLetters = 1
        return counts
    }
}
