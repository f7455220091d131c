import ConductorEngine
import ConductorModel
import GRDB

/// What a start needs, read as one snapshot.
extension SQLiteStore {
    public func load() throws(StoreFault) -> DurableState {
        try faulting("loading \(path)") {
            try pages.read { db in
                var state = DurableState()
                state.lastSequence = try lastSequence(db)
                state.counts = try counts(db)
                state.policies = try db.records("SELECT kind, policy FROM policies ORDER BY kind") { row in
                    try Policy(row)
                }
                state.breakers = try db.records("SELECT agent_id, breaker FROM breakers ORDER BY agent_id") { row in
                    try Breaker(row)
                }
                state.workflows = try db.records(
                    "SELECT \(WorkflowRecord.columns) FROM workflows WHERE \(Schema.isLive) ORDER BY seq"
                ) { row in try WorkflowRecord(row) }
                state.tasks = try db.records(liveTasks) { row in try TaskRecord(row) }
                let finished = try finishedTasks(db)
                state.agents = try db.records("SELECT agent_id, state FROM agents ORDER BY agent_id") { row in
                    finished.filled(try AgentState(row))
                }
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

private func counts(_ db: Database) throws -> StatusReport.Counts {
    try db.records("SELECT id, counts FROM counters") { row in
        try RowReader(row, of: "counters", keys: [0]).value(1, as: StatusReport.Counts.self)
    }.first ?? StatusReport.Counts()
}

/// Verifies that the newest events follow one another.
private func lastSequence(_ db: Database) throws -> Int64 {
    let newest = try db.records(
        "SELECT * FROM events ORDER BY sequence DESC LIMIT \(StoreLimits.verifiedEvents)"
    ) { row in try EventRecord(row).sequence }
    for (later, earlier) in zip(newest, newest.dropFirst()) where earlier != later - 1 {
        throw StoreFault(.corrupt, at: "row \(later - 1) of events", "is missing")
    }
    if newest.count < StoreLimits.verifiedEvents, let first = newest.last, first != 1 {
        throw StoreFault(.corrupt, at: "row \(first - 1) of events", "is missing")
    }
    return newest.first ?? 0
}

private func finishedTasks(_ db: Database) throws -> FinishedTasks {
    var finished = FinishedTasks()
    let rows = try Row.fetchCursor(
        db,
        sql: """
            SELECT workflow_id, task_id, status, agent_id FROM tasks
            ORDER BY seq DESC LIMIT \(StoreLimits.scannedForAgents)
            """)
    while let row = try rows.next() {
        let reader = RowReader(row, of: "tasks", keys: [0, 1])
        guard let agent: AgentID = try reader.optionalID(3) else { continue }
        finished.add(try reader.id(1), try reader.word(2), by: agent)
    }
    return finished
}

extension Database {
    fileprivate func records<Record>(_ sql: String, _ read: (Row) throws -> Record) throws -> [Record] {
        try Row.fetchCursor(self, sql: sql).records(read)
    }
}
