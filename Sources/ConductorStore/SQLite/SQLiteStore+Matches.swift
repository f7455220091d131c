import ConductorModel
import GRDB

/// What people call workflows and tasks.
extension SQLiteStore {
    public func matches(_ reference: WorkReference, of uid: UInt32) throws(StoreFault) -> WorkMatches {
        try applyCommits()
        return try faulting("work named \(reference.text)") {
            try pages.read { db in
                switch reference {
                case .last: try db.workflows(.last, "owner = ?", [Int64(uid)], limit: 1)
                // The partial index holds just those that have a number.
                case .number(let number, nil): try db.workflows(.number, "number = ? AND number > 0", [number])
                case .number(let number, let name?):
                    try db.workflows(.number, "number = ? AND number > 0 AND name = ?", [number, name])
                case .text(let text): try db.matches(text)
                }
            }
        }
    }
}

extension Database {
    fileprivate func matches(_ text: String) throws -> WorkMatches {
        let exact = WorkMatches(
            .id, workflows: try workflows("workflow_id = ?", [text], limit: 1),
            tasks: try tasks("task_id = ?", [text], limit: 1))
        guard exact.isEmpty else { return exact }
        let named = try workflows(.name, "name = ?", [text])
        guard named.isEmpty, text.utf8.count >= WorkReference.shortestPrefix else { return named }
        // No id has a character that sorts after this one.
        let range: StatementArguments = [text, text + "\u{7F}"]
        // As many as are told, of however many begin so.
        var begun = try workflows(
            .prefix,
            """
            seq IN (SELECT seq FROM workflows WHERE workflow_id > ? AND workflow_id < ? LIMIT \(WorkMatches.most + 1))
            """, range)
        begun.tasks = try tasks("task_id > ? AND task_id < ?", range, limit: WorkMatches.most)
        return begun
    }

    fileprivate func workflows(
        _ kind: WorkMatches.Kind, _ condition: String, _ arguments: StatementArguments, limit: Int = WorkMatches.most
    ) throws -> WorkMatches {
        let found = try workflows(condition, arguments, limit: limit + 1)
        var matches = WorkMatches(kind, workflows: Array(found.prefix(limit)))
        matches.isCut = found.count > limit && kind != .last
        return matches
    }

    private func workflows(
        _ condition: String, _ arguments: StatementArguments, limit: Int
    ) throws -> [WorkflowRecord] {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT \(WorkflowRecord.columns) FROM workflows WHERE \(condition) ORDER BY seq DESC LIMIT \(limit)
                """, arguments: arguments)
        return try rows.records { row in try WorkflowRecord(row) }
    }

    private func tasks(_ condition: String, _ arguments: StatementArguments, limit: Int) throws -> [TaskRecord] {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT \(TaskRecord.columns) FROM tasks WHERE seq IN (
                    SELECT seq FROM tasks WHERE workflow_id = '' AND \(condition) LIMIT \(limit)
                ) ORDER BY seq DESC
                """, arguments: arguments)
        return try rows.records { row in try TaskRecord(row) }
    }
}
