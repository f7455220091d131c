import ConductorJSON

/// One passage through a phase.
public struct PhaseRun: Sendable {
    public enum Result: String, Vocabulary {
        case completed, skipped, failed, cancelled
    }

    public var phase: Phase
    public var startedAt: Timestamp
    public var iteration: Int
    public var taskCount = 0
    public var completedCount = 0
    public var failedCount = 0
    /// Nil while the phase runs.
    public var ending: Ending?

    public struct Ending: Sendable {
        public var completedAt: Timestamp
        public var result: Result

        public init(completedAt: Timestamp, result: Result) {
            self.completedAt = completedAt
            self.result = result
        }
    }

    public init(phase: Phase, startedAt: Timestamp, iteration: Int) {
        self.phase = phase
        self.startedAt = startedAt
        self.iteration = iteration
    }
}

extension PhaseRun: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        phase = try fields.required("phase")
        startedAt = try fields.required("started_at")
        iteration = try fields.count("iteration")
        taskCount = try fields.count("task_count")
        completedCount = try fields.count("completed_count")
        failedCount = try fields.count("failed_count")
        if let completedAt = try fields.optional("completed_at", as: Timestamp.self) {
            ending = Ending(completedAt: completedAt, result: try fields.required("result"))
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("phase", phase)
            writer.member("started_at", startedAt)
            writer.nullableMember("completed_at", ending?.completedAt)
            writer.nullableMember("result", ending?.result)
            writer.member("task_count", taskCount)
            writer.member("completed_count", completedCount)
            writer.member("failed_count", failedCount)
            writer.member("iteration", iteration)
        }
    }
}

/// What went wrong in a workflow beyond results that say so themselves.
public struct ErrorLogEntry: Sendable {
    public var timestamp: Timestamp
    public var taskID: TaskID?
    public var error: String
    public var errorCode: String
    public var errorType: String
    /// The workflow's when it was entered.
    public var iteration: Int

    public init(
        timestamp: Timestamp, taskID: TaskID?, error: String, errorCode: String, errorType: String, iteration: Int
    ) {
        self.timestamp = timestamp
        self.taskID = taskID
        self.error = error
        self.errorCode = errorCode
        self.errorType = errorType
        self.iteration = iteration
    }
}

extension ErrorLogEntry: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        timestamp = try fields.required("timestamp")
        taskID = try fields.optional("task_id")
        error = try fields.required("error")
        errorCode = try fields.required("error_code")
        errorType = try fields.required("error_type")
        iteration = try fields.value("iteration", default: 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", timestamp)
            writer.member("task_id", taskID)
            writer.member("error", error)
            writer.member("error_code", errorCode)
            writer.member("error_type", errorType)
            writer.member("iteration", iteration)
        }
    }
}

/// A workflow's state: what is stored of the workflow, and its tasks' results.
public struct WorkflowState: Sendable {
    public var record: WorkflowRecord
    /// In the order of the definition; only tasks that have ended.
    public var taskResults: [TaskResult]

    public init(record: WorkflowRecord, taskResults: [TaskResult]) {
        self.record = record
        self.taskResults = taskResults
    }
}
