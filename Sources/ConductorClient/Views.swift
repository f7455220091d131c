import ConductorJSON
import ConductorModel

/// A workflow's state as the daemon tells it: the members that programs ask for, and the whole.
public struct WorkflowView: Sendable {
    public let workflowID: WorkflowID
    public let name: String
    public let status: WorkflowStatus
    public let isPaused: Bool
    public let isHeldAtGate: Bool
    /// The last phase entered; nil before the first.
    public let currentPhase: Phase?
    public let phaseHistory: [PhaseRun]
    public let errorLog: [ErrorLogEntry]
    public let feedbackCount: Int
    public let completedTaskCount: Int
    public let failedTaskCount: Int
    /// The whole state, `task_results` included.
    public let json: JSONValue

    /// The result of one of its tasks; nil until that has ended.
    public func result(of task: TaskID) -> JSONValue? {
        json["task_results"]?[task.description]
    }
}

extension WorkflowView: JSONReadable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.required("workflow_id")
        name = try fields.required("name")
        status = try fields.required("status")
        isPaused = try fields.required("paused")
        isHeldAtGate = try fields.required("held_at_gate")
        currentPhase = try fields.optional("current_phase")
        phaseHistory = try fields.value("phase_history", default: [])
        errorLog = try fields.value("error_log", default: [])
        feedbackCount = try fields.required("feedback_count")
        completedTaskCount = try fields.required("completed_task_count")
        failedTaskCount = try fields.required("failed_task_count")
        self.json = json
    }
}

/// One page of a list, newest first.
public struct ListPage: Sendable {
    public let rows: [JSONValue]
    /// Where the next page begins; nil on the last.
    public let next: Int64?

    init(_ answer: JSONValue, member: String) throws(ConnectionFault) {
        guard let list = answer[member], list.kind == .array else {
            throw .malformed(reason: "an answer without \(member)")
        }
        rows = Array(list.elements)
        next = answer["next_cursor"]?.string.flatMap { Int64($0) }
    }
}
