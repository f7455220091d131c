import ConductorEngine
import ConductorModel
import GRDB
import Testing

@testable import ConductorStore

@Suite("What is known of the tasks in the tables")
struct StoredTaskKeysTests {
    @Test("tells a new task from one that was added, here or by the daemon before")
    func tellsNewOnes() throws {
        try withFolder { folder in
            let before = try SQLiteStore(folder: folder)
            try before.commit([.taskAdded(.queued("old")), .taskAdded(.queued("old", in: "w"))])
            try before.close()
            let store = try SQLiteStore(folder: folder)
            store.taskKeys.finishReading()
            try store.commit([.taskAdded(.queued("new"))])
            for key in try [TaskKey.of("old"), .of("old", in: "w"), .of("new")] {
                #expect(store.taskKeys.mayHold(key))
                #expect(try store.task(key) != nil)
            }
            let unknown = try (0..<100).map { try TaskKey.of("unknown-\($0)") }
            #expect(unknown.count { !store.taskKeys.mayHold($0) } > 90)
            try store.close()
        }
    }

    @Test("spares a new task every look into the tables")
    func sparesLooks() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            store.taskKeys.finishReading()
            let unknown = try (0..<100).map { try TaskKey.of("unknown-\($0)") }
            let statements = try store.lookups.counting {
                for key in unknown { _ = try store.task(key) }
            }
            #expect(statements < 10)
            try store.close()
        }
    }

    @Test("reads all that there are, page by page")
    func readsAll() throws {
        try withFolder { folder in
            let before = try SQLiteStore(folder: folder)
            let keys = try (0..<10_000).map { try TaskKey.of("t\($0)", in: $0.isMultiple(of: 2) ? nil : "w\($0 % 7)") }
            try before.commit(
                keys.map { .taskAdded(try .queued($0.taskID.description, in: $0.workflowID?.description)) })
            try before.close()
            let store = try SQLiteStore(folder: folder)
            store.taskKeys.finishReading()
            #expect(keys.allSatisfy(store.taskKeys.mayHold))
            try store.close()
        }
    }

    @Test("follows an index from where it stopped, and sorts nothing")
    func plan() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            let plan = try store.pages.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + StoredTaskKeys.page, arguments: ["", ""])
                    .map { $0["detail"] as String }
            }
            #expect(plan.count == 1)
            #expect(plan.first?.hasPrefix("SEARCH tasks USING COVERING INDEX") == true, "\(plan)")
            try store.close()
        }
    }
}

extension DatabaseQueue {
    /// How many statements `body` has this connection run.
    fileprivate func counting(_ body: () throws -> Void) rethrows -> Int {
        var count = 0
        inDatabase { $0.trace { _ in count += 1 } }
        try body()
        inDatabase { $0.trace(options: []) }
        return count
    }
}
