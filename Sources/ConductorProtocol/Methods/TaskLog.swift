import ConductorJSON
import ConductorModel

/// `task.read_log`: the lines that an attempt of a task has logged.
public enum TaskLogMethod: RemoteMethod {
    public typealias Params = TaskLogQuestion
    public typealias Reply = TaskLog

    public static var name: StaticString { "task.read_log" }
    public static var requiredRole: Role { .observer }

    public static func storeQuery(_ question: TaskLogQuestion) -> StoreQuery { .task(question.key) }
    public static func scope(_ question: TaskLogQuestion) -> StateScope { .task(question.key) }
}

/// Which lines of which attempt.
public struct TaskLogQuestion: Hashable, MethodParams {
    public var key: TaskKey
    /// Nil for the last one.
    public var attempt: Int?
    public var range: LogRange

    public init(_ key: TaskKey, attempt: Int? = nil, _ range: LogRange = LogRange()) {
        self.key = key
        self.attempt = attempt
        self.range = range
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let task = try fields.required("task_id", as: TaskID.self)
        key = TaskKey(workflowID: try fields.optional("workflow_id"), taskID: task)
        attempt = try fields.integer("attempt", in: 1...Int.max)
        let after = try fields.integer("after", in: 0...Int.max)
        let last = try fields.integer("tail", in: 1...Limits.pageSize)
        guard after == nil || last == nil else { throw JSONFieldError(field: "tail", reason: "excludes \"after\"") }
        let limit = try fields.integer("limit", in: 1...Limits.pageSize) ?? Limits.pageSize
        range = LogRange(last.map { .last($0) } ?? .after(after ?? 0), limit: limit)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", key.taskID)
        writer.member("workflow_id", key.workflowID)
        writer.member("attempt", attempt)
        switch range.start {
        case .after(let number): writer.member("after", number)
        case .last(let count): writer.member("tail", count)
        }
        writer.member("limit", range.limit)
    }
}

/// A part of an attempt's log.
public struct TaskLog: Hashable, MethodReply {
    public var key: TaskKey
    /// 0 where the task has had none.
    public var attempt: Int
    public var lines: [LogLine]
    /// The number of the last line that was logged; 0 where none was.
    public var last: Int
    /// The attempt has ended: no further lines come.
    public var isComplete: Bool

    public init(key: TaskKey, attempt: Int, lines: [LogLine], last: Int, isComplete: Bool) {
        self.key = key
        self.attempt = attempt
        self.lines = lines
        self.last = last
        self.isComplete = isComplete
    }

    /// What to go on after; nil where these are the last lines there are.
    public var nextAfter: Int? {
        guard let number = lines.last?.number, number < last else { return nil }
        return number
    }

    /// As many lines as there is room for: of a page that is too long for a frame a short one is told.
    private func shown(_ detail: JSONDetail) -> TaskLog {
        var shown = self
        switch detail {
        case .whole: break
        case .outline: shown.lines = Array(lines.prefix(16))
        case .least: shown.lines = Array(lines.prefix(1))
        }
        return shown
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let task = try fields.required("task_id", as: TaskID.self)
        key = TaskKey(workflowID: try fields.optional("workflow_id"), taskID: task)
        attempt = try fields.required("attempt")
        lines = try fields.required("lines")
        last = try fields.required("last")
        isComplete = try fields.required("complete")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", key.taskID)
        writer.member("workflow_id", key.workflowID)
        writer.member("attempt", attempt)
        let shown = shown(writer.detail)
        writer.member("lines", shown.lines)
        writer.member("last", last)
        writer.nullableMember("next_after", shown.nextAfter)
        writer.member("complete", isComplete)
    }
}
