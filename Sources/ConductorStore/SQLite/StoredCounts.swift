import ConductorModel
import GRDB

/// The counts as a second witness: a row that cannot be found any more, through a damaged page or index, is missed by
/// nothing else.
extension StatusCounts {
    /// Nil where nothing was counted yet.
    static func stored(_ db: Database) throws -> StatusCounts? {
        let statement = try db.cachedStatement(sql: "SELECT id, counts, checksum FROM counters")
        return try Row.fetchOne(statement).map { row in
            try RowReader(sealed: row, of: "counters", keys: [0]).value(1, as: StatusCounts.self)
        }
    }

    /// Refuses other numbers of rows than these. What has ended is not compared: retention removes it, and it stays
    /// counted.
    func mustBe(tasks: [TaskStatus: Int], workflows: [WorkflowStatus: Int]) throws(StoreFault) {
        for status in TaskStatus.allCases where !status.isTerminal {
            try compare("tasks that are \(status.rawValue)", tasks[status], self.tasks[status])
        }
        for status in WorkflowStatus.allCases where !status.isTerminal {
            try compare("workflows that are \(status.rawValue)", workflows[status], self.workflows[status])
        }
    }

    func mustBe(deadLetters: Int) throws(StoreFault) {
        try compare("dead letters", deadLetters, self.deadLetters)
    }

    private func compare(_ what: String, _ found: Int?, _ counted: Int) throws(StoreFault) {
        guard found ?? 0 != counted else { return }
        throw StoreFault(.corrupt, at: what, "\(found ?? 0) are found, and \(counted) were counted")
    }
}
