import ConductorModel
import GRDB

/// What people ask for by lists.
extension SQLiteStore {
    public func tasks(_ query: TaskQuery) throws(StoreFault) -> StorePage<TaskRecord> {
        var filter = Filter(page: query.page)
        filter.require(status: query.status)
        if let type = query.agentType { filter.require("agent_type = ?", type.rawValue) }
        if let workflow = query.workflowID { filter.require("workflow_id = ?", workflow.description) }
        return try page(filter, of: "tasks", TaskRecord.columns) { row in try TaskRecord(row) }
    }

    public func workflows(_ query: WorkflowQuery) throws(StoreFault) -> StorePage<WorkflowRecord> {
        var filter = Filter(page: query.page)
        filter.require(status: query.status)
        return try page(filter, of: "workflows", WorkflowRecord.columns) { row in try WorkflowRecord(row) }
    }

    public func deadLetters(_ page: Page) throws(StoreFault) -> StorePage<DeadLetter> {
        var filter = Filter(page: page)
        filter.require(Schema.isKept)
        return try self.page(filter, of: "dead_letters", DeadLetter.columns) { row in try DeadLetter(row) }
    }

    private func page<Record>(
        _ filter: Filter, of table: String, _ columns: String, read: (Row) throws -> Record
    ) throws(StoreFault) -> StorePage<Record> {
        try faulting("list of \(table)") {
            try pages.unsafeRead { db in
                // Where rows have to be sorted, these are their numbers, not the rows themselves.
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT \(columns) FROM \(table) WHERE seq IN (
                            SELECT seq FROM \(table) WHERE \(filter.condition) ORDER BY seq DESC LIMIT ?
                        ) ORDER BY seq DESC
                        """)
                let arguments = filter.arguments + [filter.limit + 1]
                let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
                var shown: [Record] = []
                var last: Int64?
                var bytes = 0
                while let row = try rows.next() {
                    guard shown.count < filter.limit, bytes < StoreLimits.pageBytes else {
                        return StorePage(records: shown, nextCursor: last)
                    }
                    shown.append(try read(row))
                    last = try RowReader(row, of: table, keys: [0]).integer(0)
                    bytes += row.blobBytes
                }
                return StorePage(records: shown, nextCursor: nil)
            }
        }
    }
}

/// A condition in SQL with its arguments.
private struct Filter {
    private var conditions: [String] = []
    private(set) var arguments: [any DatabaseValueConvertible] = []
    let limit: Int

    init(page: Page) {
        limit = max(1, page.limit)
        if let position = page.before { require("seq < ?", position) }
    }

    var condition: String { conditions.isEmpty ? "true" : conditions.joined(separator: " AND ") }

    mutating func require(_ condition: String, _ argument: any DatabaseValueConvertible) {
        conditions.append(condition)
        arguments.append(argument)
    }

    mutating func require(_ condition: String) {
        conditions.append(condition)
    }

    /// What is live is found by its index.
    mutating func require(status: TaskStatus?) {
        guard let status else { return }
        require("status = ?", status.rawValue)
        if !status.isTerminal { require(Schema.isLive) }
    }
}

extension Row {
    var blobBytes: Int {
        (0..<count).reduce(0) { sum, column in
            switch (self[column] as DatabaseValue).storage {
            case .blob(let data): sum + data.count
            case .null, .int64, .double, .string: sum
            }
        }
    }
}
