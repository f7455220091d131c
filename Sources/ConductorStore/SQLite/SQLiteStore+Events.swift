import ConductorModel
import GRDB

/// What a subscriber that is behind reads.
extension SQLiteStore {
    public func events(
        after sequence: Int64, matching filter: EventFilter, limit: Int
    ) throws(StoreFault) -> EventPage {
        try faulting("events after \(sequence)") {
            try scans.read { db in
                guard filter.isSelective else { return try db.events(after: sequence, limit: limit) }
                return try EventSearch(db: db, filter: filter).page(after: sequence, limit: limit)
            }
        }
    }
}

extension Database {
    fileprivate func events(after sequence: Int64, limit: Int) throws -> EventPage {
        let events = try EventChain.events(self, after: sequence, limit: limit)
        let end = events.count < limit ? try EventChain.end(self).sequence : events.last?.sequence
        return EventPage(events: events, through: max(sequence, end ?? sequence))
    }
}

extension EventFilter {
    /// Whether there are events that do not fit it.
    fileprivate var isSelective: Bool { workflowID != nil || taskID != nil || agentID != nil || kinds != nil }
}

/// Finds the events that fit a filter, one stretch of the history at a time: a search that finds nothing ends as soon as
/// any other.
struct EventSearch {
    let db: Database
    let filter: EventFilter
    /// Events that one page looks at.
    var stretch: Int64 = 50_000

    func page(after sequence: Int64, limit: Int) throws -> EventPage {
        let end = try EventChain.end(db).sequence, anchor = try EventChain.anchor(db)
        let start = max(sequence, anchor.sequence, try beginning)
        guard start < end else { return EventPage(events: [], through: max(sequence, end)) }
        let last = min(end, start + stretch)
        try mustBeWhole(after: start, through: last)
        let events = try find(after: start, through: last, anchor: anchor, limit: limit)
        return EventPage(events: events, through: events.count < limit ? last : events.last?.sequence ?? last)
    }

    /// No event of the workflow came earlier: it was added by a later commit than the one before it.
    private var beginning: Int64 {
        get throws {
            guard let id = filter.workflowID else { return 0 }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT before.added FROM workflows AS this, workflows AS before
                    WHERE this.workflow_id = ? AND before.seq < this.seq AND before.added < this.added
                    ORDER BY before.seq DESC LIMIT 1
                    """)
            return try Int64.fetchOne(statement, arguments: [id.description]) ?? 0
        }
    }

    private func mustBeWhole(after first: Int64, through last: Int64) throws {
        let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM events WHERE sequence > ? AND sequence <= ?")
        guard try Int64.fetchOne(statement, arguments: [first, last]) == last - first else {
            throw StoreFault(.corrupt, at: "rows \(first + 1) to \(last) of events", "are not all there")
        }
    }

    private func find(
        after first: Int64, through last: Int64, anchor: EventChain.Link, limit: Int
    ) throws -> [EventRecord] {
        var conditions = ["sequence > ?", "sequence <= ?"]
        var arguments: [any DatabaseValueConvertible] = [first, last]
        func require(_ column: String, _ value: String?) {
            guard let value else { return }
            conditions.append("\(column) = ?")
            arguments.append(value)
        }
        require("workflow_id", filter.workflowID?.description)
        require("task_id", filter.taskID?.description)
        require("agent_id", filter.agentID?.description)
        if let names = filter.kinds {
            let kinds = EventKind.allCases.map(\.rawValue).filter(names.contains)
            conditions.append("kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))")
            arguments += kinds
        }
        let statement = try db.makeStatement(
            sql: """
                SELECT * FROM events WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments + [limit]))
        return try rows.records { row in
            let sequence = try RowReader(row, of: "events", keys: [0]).integer(0)
            let previous = try EventChain.link(db, at: sequence - 1) ?? anchor
            return try EventRecord(row, after: previous.checksum)
        }
    }
}
