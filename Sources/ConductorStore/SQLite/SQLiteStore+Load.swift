import ConductorEngine
import ConductorModel
import GRDB

/// What a start needs, read as one snapshot.
extension SQLiteStore {
    public func load() throws(StoreFault) -> DurableState {
        try projection.catchUp()
        return try faulting("loading \(path)") {
            try pages.read { db in
                for table in ["agents", "policies", "breakers"] { try db.mustBeWhole(table) }
                var state = DurableState()
                state.lastSequence = try EventChain.end(db).sequence
                try EventChain.verify(db, after: state.lastSequence - Int64(StoreLimits.verifiedEvents))
                let counts = try StatusCounts.stored(db)
                state.counts = counts ?? state.counts
                _ = try StoredBytes(db)
                state.policies = try db.records("SELECT * FROM policies ORDER BY kind") { row in
                    try Policy(row)
                }
                state.breakers = try db.records("SELECT * FROM breakers ORDER BY agent_id") { row in
                    try Breaker(row)
                }
                state.workflows = try db.records(
                    "SELECT \(WorkflowRecord.columns) FROM workflows WHERE \(Schema.isLive) ORDER BY seq"
                ) { row in try WorkflowRecord(row) }
                state.tasks = try db.records(liveTasks) { row in try TaskRecord(row) }
                let finished = try finishedTasks(db)
                state.agents = try db.records("SELECT * FROM agents ORDER BY agent_id") { row in
                    finished.filled(try AgentState(row))
                }
                try counts?.mustBe(
                    tasks: Dictionary(grouping: state.tasks, by: \.status).mapValues(\.count),
                    workflows: Dictionary(grouping: state.workflows, by: \.status).mapValues(\.count))
                return state
            }
        }
    }
}

private let liveTasks = """
    SELECT \(TaskRecord.columns) FROM tasks WHERE seq IN (
        SELECT seq FROM tasks WHERE \(Schema.isLive)
        UNION
        SELECT seq FROM tasks WHERE workflow_id IN (SELECT workflow_id FROM workflows WHERE \(Schema.isLive))
    ) ORDER BY seq
    """

private func finishedTasks(_ db: Database) throws -> FinishedTasks {
    var finished = FinishedTasks()
    let rows = try Row.fetchCursor(
        db,
        sql: """
            SELECT \(TaskRecord.columns) FROM tasks
            ORDER BY seq DESC LIMIT \(StoreLimits.scannedForAgents)
            """)
    while let row = try rows.next() {
        let reader = try TaskRecord.reader(row)
        guard let agent: AgentID = try reader.optionalID(5) else { continue }
        finished.add(try reader.id(1), try reader.word(3), by: agent)
    }
    return finished
}

extension Database {
    /// Nothing else would miss a row of a small table whose page is damaged.
    fileprivate func mustBeWhole(_ table: String) throws {
        for line in try String.fetchAll(self, sql: "PRAGMA integrity_check(\(table))") where line != "ok" {
            throw StoreFault(.corrupt, at: table, line)
        }
    }

    fileprivate func records<Record>(_ sql: String, _ read: (Row) throws -> Record) throws -> [Record] {
        try Row.fetchCursor(self, sql: sql).records(read)
    }
}
