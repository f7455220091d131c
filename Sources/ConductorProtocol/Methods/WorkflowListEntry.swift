import ConductorJSON
import ConductorModel

/// A row of `workflow.list`: the state without results, logs and history.
public struct WorkflowListEntry: Hashable, MethodReply {
    public var workflowID: WorkflowID
    public var name: String
    /// Counts the workflows of a daemon; 0 where it does not say.
    public var number: Int
    public var status: Word<WorkflowStatus>
    public var isPaused: Bool
    public var isHeldAtGate: Bool
    /// The last phase entered; nil before the first.
    public var currentPhase: Word<Phase>?
    public var feedbackCount: Int
    public var startedAt: Timestamp
    /// Nil until it has ended.
    public var completedAt: Timestamp?
    /// Nil where an older daemon does not say.
    public var taskCount: Int?
    public var completedTaskCount: Int
    public var failedTaskCount: Int

    public init(_ record: WorkflowRecord) {
        workflowID = record.workflowID
        name = record.definition.name
        number = record.number
        status = Word(record.status)
        isPaused = record.isPaused
        isHeldAtGate = record.isHeldAtGate
        currentPhase = record.currentPhase.map { Word($0) }
        feedbackCount = record.feedbackCount
        startedAt = record.startedAt
        completedAt = record.completedAt
        taskCount = record.definition.tasks.count
        completedTaskCount = record.completedTaskCount
        failedTaskCount = record.failedTaskCount
    }

    /// Nil until it has ended.
    public var duration: Duration? { completedAt.map { $0 - startedAt } }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflowID = try fields.required("workflow_id")
        name = try fields.required("name")
        number = try fields.value("number", default: 0)
        status = try fields.required("status")
        isPaused = try fields.required("paused")
        isHeldAtGate = try fields.required("held_at_gate")
        currentPhase = try fields.optional("current_phase")
        feedbackCount = try fields.required("feedback_count")
        startedAt = try fields.required("started_at")
        completedAt = try fields.optional("completed_at")
        taskCount = try fields.optional("task_count")
        completedTaskCount = try fields.required("completed_task_count")
        failedTaskCount = try fields.required("failed_task_count")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("name", name)
        writer.member("number", number)
        writer.member("status", status)
        writer.member("paused", isPaused)
        writer.member("held_at_gate", isHeldAtGate)
        writer.nullableMember("current_phase", currentPhase)
        writer.member("feedback_count", feedbackCount)
        writer.member("started_at", startedAt)
        writer.nullableMember("completed_at", completedAt)
        writer.nullableMember("duration_seconds", duration)
        writer.member("task_count", taskCount)
        writer.member("completed_task_count", completedTaskCount)
        writer.member("failed_task_count", failedTaskCount)
    }
}
