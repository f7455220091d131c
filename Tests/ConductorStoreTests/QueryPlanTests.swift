import ConductorEngine
import ConductorModel
import GRDB
import Testing

@testable import ConductorStore

/// How SQLite carries out what the store asks, as `EXPLAIN QUERY PLAN` tells.
@Suite("The plan of a query")
struct QueryPlanTests {
    /// All statements that `body` has the store run on `queue`, with their plans.
    private static func statements(
        _ queue: DatabaseQueue, of body: () throws -> Void
    ) throws -> [(sql: String, plan: [String])] {
        var statements: [String] = []
        queue.inDatabase { db in
            db.trace { event in
                if case .statement(let statement) = event { statements.append(statement.expandedSQL) }
            }
        }
        try body()
        return try queue.unsafeRead { db in
            db.trace(options: [])
            return try statements.filter { sql in kinds.contains { sql.hasPrefix($0) } }.map { sql in
                (sql, try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] })
            }
        }
    }

    /// Those that have a plan.
    private static let kinds = ["SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE"]

    private static func plans(_ queue: DatabaseQueue, of body: () throws -> Void) throws -> [[String]] {
        try statements(queue, of: body).map(\.plan)
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

    @Test(
        "of what people call a workflow looks into an index, and sorts no rows of however many there are",
        arguments: ["@last", "#7", "release#7", "release", "abcd"])
    func matches(reference: String) throws {
        try Self.withSQLite { store in
            let plans = try Self.plans(store.pages) { _ = try store.matches(WorkReference(reference), of: 7) }
            #expect(!plans.isEmpty)
            for step in plans.joined() {
                #expect(!step.hasPrefix("SCAN workflows") && !step.hasPrefix("SCAN tasks"), "\(step)")
            }
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
            let plans = try Self.plans(store.scans) { _ = try store.expired(pass) }
            #expect(plans.joined().contains("SEARCH tasks USING INTEGER PRIMARY KEY (rowid>?)"))
            #expect(!plans.joined().contains { $0.contains("TEMP B-TREE") }, "\(plans)")
        }
    }

    @Test("of retention by size follows an index of one user's history, and sorts nothing")
    func surplus() throws {
        try Self.withSQLite { store in
            try store.commit([.taskAdded(.queued("t").ended())])
            let plans = try Self.plans(store.scans) { _ = try store.expired(Self.surplusPass) }.joined()
            #expect(plans.contains("SEARCH tasks USING INDEX tasks_history (owner=? AND seq>?)"), "\(plans)")
            #expect(plans.contains("SEARCH workflows USING INDEX workflows_owners (owner=? AND seq>?)"), "\(plans)")
            #expect(!plans.contains { $0.contains("TEMP B-TREE") }, "\(plans)")
        }
    }

    private static var surplusPass: RetentionPass {
        RetentionPass(lastEvent: 0, spared: [], stage: Surplus(used: 10, of: 1).map { .surplus($0) } ?? .events)
    }

    @Test("of a look-up by name goes through an index")
    func lookups() throws {
        try Self.withSQLite { store in
            let key = try TaskKey.of("t")
            let id = try #require(WorkflowID("w")), letter = try #require(DeadLetterID("l"))
            try store.commit([.taskAdded(.queued("t"))])
            try store.applyCommits()
            var plans = try Self.plans(store.lookups) {
                _ = try store.task(key)
                _ = try store.workflow(id)
                _ = try store.deadLetter(letter)
            }
            plans += try Self.plans(store.wholes) {
                _ = try store.task(key.taskID, attempt: AttemptToken(high: 1, low: 1))
                _ = try store.wholeWorkflow(id)
            }
            #expect(plans.count >= 6)
            for line in plans.joined() {
                #expect(!line.hasPrefix("SCAN") || line.hasPrefix("SCAN (subquery"), "\(line)")
            }
        }
    }

    /// What a statement may do with a table that grows without end: find rows by an index or by their number, follow
    /// them in their order from a place, or read just what is live.
    private static func isBounded(_ line: String) -> Bool {
        // Tables of a few rows: by agent, by policy, by hour, by user; and the letters that are kept, of which there is
        // a limit.
        let small = [
            "agents", "policies", "breakers", "counters", "anchor", "calendar", "stored_bytes", "sqlite_master",
        ]
        let isSmall =
            small.contains { line.hasPrefix("SCAN \($0)") } || line.contains("USING INDEX dead_letters_kept")
            || line.contains("USING INDEX dead_letters_owners")
        let isLive = line.contains("USING INDEX tasks_live") || line.contains("USING INDEX workflows_live")
        // `LIST SUBQUERY` holds the numbers of a page's rows, the B-tree those of one workflow's tasks.
        let isPart = !line.hasPrefix("SCAN") && !line.contains("TEMP B-TREE") && !line.contains("AUTOMATIC")
        return isSmall || isLive || isPart || line.hasPrefix("SCAN (subquery")
    }

    /// Those that follow a table in the order of its rows and stop at a limit.
    private static let followed = [
        "ORDER BY seq DESC LIMIT", "ORDER BY sequence DESC LIMIT 1", "events ORDER BY sequence LIMIT",
    ]

    @Test("of every statement that runs while the daemon does reads no table that grows from end to end")
    func everyStatement() throws {
        try Self.withSQLite { store in
            let id = try #require(WorkflowID("w")), letter = try #require(DeadLetterID("l")), key = try TaskKey.of("t")
            try store.commit([
                .workflowAdded(.running("w")), .taskAdded(.queued("t", in: "w")), .taskAdded(.queued("t")),
                .deadLetterSaved(.of("l")), .event(1),
            ])
            var statements: [(sql: String, plan: [String])] = []
            for queue in [store.lookups, store.pages, store.scans, store.wholes] {
                statements += try Self.statements(queue) {
                    for query in Self.queries { _ = try store.tasks(query) }
                    _ = try store.tasks(TaskQuery(status: .failed, workflowID: id))
                    for status in [WorkflowStatus?.none, .inProgress, .completed] {
                        _ = try store.workflows(WorkflowQuery(status: status))
                    }
                    _ = try store.deadLetters(Page())
                    _ = try (store.task(key), store.task(key.taskID, attempt: AttemptToken(high: 1, low: 1)))
                    _ = try (store.workflow(id), store.wholeWorkflow(id), store.deadLetter(letter))
                    _ = try store.events(after: 0, limit: 10)
                    let filter = EventFilter(workflowID: id, taskID: key.taskID, kinds: ["task.failed"])
                    _ = try store.events(after: 0, matching: filter, limit: 10)
                    try store.mark(time)
                    _ = try store.retentionPass(Retention(), at: time + .seconds(40 * 86_400))
                    for stage in Self.stages {
                        _ = try store.expired(RetentionPass(lastEvent: 10, spared: []).moved(to: stage))
                    }
                    _ = try (store.expired(Self.surplusPass), store.outlivedDeadLetters(Retention(), at: time))
                    _ = try store.storedBytes()
                }
            }
            #expect(statements.count > 30)
            for (sql, plan) in statements where !Self.followed.contains(where: sql.contains) {
                for line in plan { #expect(Self.isBounded(line), "\(line) of \(sql)") }
            }
        }
    }

    private static let stages: [RetentionPass.Stage] = [
        .tasks(after: 0), .workflows(after: 0), .deadLetters(after: 0), .events,
    ]
}
