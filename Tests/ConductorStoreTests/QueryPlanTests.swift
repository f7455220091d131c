import ConductorModel
import GRDB
import Testing

@testable import ConductorStore

/// How SQLite carries out what the store asks, as `EXPLAIN QUERY PLAN` tells.
@Suite("The plan of a query")
struct QueryPlanTests {
    /// The plans of all statements that `body` has the store run on `queue`.
    private static func plans(_ queue: DatabaseQueue, of body: () throws -> Void) throws -> [[String]] {
        var statements: [String] = []
        queue.inDatabase { db in
            db.trace { event in
                if case .statement(let statement) = event { statements.append(statement.expandedSQL) }
            }
        }
        try body()
        return try queue.unsafeRead { db in
            db.trace(options: [])
            return try statements.filter { $0.hasPrefix("SELECT") }.map { sql in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] }
            }
        }
    }

    private static func withSQLite(_ body: (SQLiteStore) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try body(store)
            try store.close()
        }
    }

    private static let queries: [TaskQuery] = [
        TaskQuery(), TaskQuery(status: .pending), TaskQuery(status: .completed), TaskQuery(agentType: .coding),
        TaskQuery(page: Page(limit: 5, before: 9)),
    ]

    @Test("of a list of tasks follows the rows and sorts nothing", arguments: queries.indices)
    func tasks(index: Int) throws {
        try Self.withSQLite { store in
            let plans = try Self.plans(store.pages) { _ = try store.tasks(Self.queries[index]) }
            #expect(plans.count == 1)
            #expect(!plans.joined().contains { $0.contains("TEMP B-TREE FOR ORDER BY") }, "\(plans)")
        }
    }

    @Test("of a list of a workflow's tasks sorts their numbers in an index, and reads the rows of one page")
    func workflowTasks() throws {
        try Self.withSQLite { store in
            let query = TaskQuery(workflowID: WorkflowID("w"))
            let plan = try #require(try Self.plans(store.pages) { _ = try store.tasks(query) }.first)
            #expect(plan.first == "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)")
            #expect(plan.contains { $0.hasPrefix("SEARCH tasks USING COVERING INDEX") })
        }
    }

    @Test("of retention follows the rows from where the step before it ended, and sorts nothing")
    func retention() throws {
        try Self.withSQLite { store in
            let pass = RetentionPass(lastEvent: 10, spared: []).moved(to: .tasks(after: 3))
            let plans = try Self.plans(store.pages) { _ = try store.expired(pass) }
            #expect(plans.joined().contains("SEARCH tasks USING INTEGER PRIMARY KEY (rowid>?)"))
            #expect(!plans.joined().contains { $0.contains("TEMP B-TREE") }, "\(plans)")
        }
    }

    @Test("of a look-up by name goes through an index")
    func lookups() throws {
        try Self.withSQLite { store in
            let key = try TaskKey.of("t")
            let id = try #require(WorkflowID("w")), letter = try #require(DeadLetterID("l"))
            let plans = try Self.plans(store.lookups) {
                _ = try store.task(key)
                _ = try store.task(key.taskID, attempt: AttemptToken(high: 1, low: 1))
                _ = try store.workflow(id)
                _ = try store.deadLetter(letter)
            }
            #expect(plans.count >= 4)
            for line in plans.joined() {
                #expect(!line.hasPrefix("SCAN") || line.hasPrefix("SCAN (subquery"), "\(line)")
            }
        }
    }
}
