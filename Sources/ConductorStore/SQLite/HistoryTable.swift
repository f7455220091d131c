import ConductorModel
import GRDB

/// The tables that hold history.
enum HistoryTable {
    case tasks, workflows, deadLetters

    static let all = [tasks, workflows, deadLetters]

    var name: String {
        switch self {
        case .tasks: "tasks"
        case .workflows: "workflows"
        case .deadLetters: "dead_letters"
        }
    }

    /// What a row must be like to go.
    var hasEnded: String {
        switch self {
        case .tasks, .workflows: "NOT \(Schema.isLive)"
        case .deadLetters: "NOT \(Schema.isKept)"
        }
    }

    /// What a row takes, as `StoredBytes` counts it.
    var bytes: String {
        switch self {
        case .tasks: Schema.taskBytes
        case .workflows: Schema.workflowBytes
        case .deadLetters: Schema.letterBytes
        }
    }
}

extension Surplus.Position {
    subscript(table: HistoryTable) -> Int64 {
        get {
            switch table {
            case .tasks: tasks
            case .workflows: workflows
            case .deadLetters: deadLetters
            }
        }
        set {
            switch table {
            case .tasks: tasks = newValue
            case .workflows: workflows = newValue
            case .deadLetters: deadLetters = newValue
            }
        }
    }
}

/// How much goes with a row.
struct Weight {
    var rows = 0
    var bytes = 0

    /// As much as goes at a time.
    var isStep: Bool { rows >= Retention.stepRows || bytes >= Retention.stepBytes }

    static func + (a: Weight, b: Weight) -> Weight { Weight(rows: a.rows + b.rows, bytes: a.bytes + b.bytes) }
}

/// Gathers what a step of a pass removes.
struct HistoryStep {
    private let pass: RetentionPass
    private(set) var expired = Expired()
    private(set) var weight = Weight()

    init(of pass: RetentionPass) {
        self.pass = pass
    }

    /// A row was looked at that stays.
    mutating func skip() {
        weight.rows += 1
    }

    /// Takes a row that has ended, and what goes with it, unless it is spared.
    ///
    /// - Returns: false where the step ends before the row: there is more of it than goes at a time.
    mutating func take(_ seq: Int64, of table: HistoryTable, _ db: Database) throws -> Bool {
        switch table {
        case .tasks:
            let (task, bytes) = try db.row(seq, of: table, TaskRecord.columns) { row in try TaskRecord(row) }
            guard !pass.sparedTasks.contains(task.key) else { break }
            expired.tasks.append(task.key)
            return add(Weight(bytes: bytes))
        case .workflows: return try takeWorkflow(seq, db)
        case .deadLetters:
            let (letter, bytes) = try db.row(seq, of: table, DeadLetter.columns) { row in try DeadLetter(row) }
            expired.deadLetters.append(letter.id)
            return add(Weight(bytes: bytes))
        }
        skip()
        return true
    }

    private mutating func takeWorkflow(_ seq: Int64, _ db: Database) throws -> Bool {
        let (workflow, bytes) = try db.row(seq, of: .workflows, WorkflowRecord.columns) { row in
            try WorkflowRecord(row)
        }
        let id = workflow.workflowID
        guard !pass.sparedWorkflows.contains(id) else {
            skip()
            return true
        }
        let (tasks, part) = try db.tasks(of: id)
        if let part {
            // What is left of it is looked at again, once it is all that the step takes.
            guard expired.isEmpty else { return false }
            expired.parts.append(part)
            weight = weight + tasks
            return false
        }
        expired.workflows.append(id)
        return add(tasks + Weight(bytes: bytes))
    }

    private mutating func add(_ more: Weight) -> Bool {
        weight = weight + more + Weight(rows: 1, bytes: StoredBytes.ofRow)
        return true
    }
}

extension Database {
    fileprivate func row<Record>(
        _ seq: Int64, of table: HistoryTable, _ columns: String, _ read: (Row) throws -> Record
    ) throws -> (Record, bytes: Int) {
        let statement = try cachedStatement(sql: "SELECT \(columns) FROM \(table.name) WHERE seq = ?")
        guard let row = try Row.fetchOne(statement, arguments: [seq]) else {
            throw StoreFault(.corrupt, at: "row \(seq) of \(table.name)", "is missing")
        }
        return (try read(row), row.blobBytes)
    }

    /// What goes with a workflow; its texts are not read.
    /// - Returns: the part of it that goes at a time, where that is not all.
    fileprivate func tasks(of id: WorkflowID) throws -> (Weight, part: WorkflowPart?) {
        var weight = Weight()
        let statement = try cachedStatement(
            sql: "SELECT task_id, \(Schema.taskBytes) FROM tasks WHERE workflow_id = ? ORDER BY task_id")
        let rows = try Row.fetchCursor(statement, arguments: [id.description])
        while let row = try rows.next() {
            let reader = RowReader(row, of: "tasks", keys: [0])
            if weight.isStep { return (weight, WorkflowPart(workflowID: id, firstThatStays: try reader.text(0))) }
            weight = weight + Weight(rows: 1, bytes: Int(clamping: try reader.integer(1)))
        }
        return (weight, nil)
    }
}
