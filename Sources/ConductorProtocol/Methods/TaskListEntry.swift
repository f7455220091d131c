import ConductorJSON
import ConductorModel

/// A row of `task.list`: no inputs, no outputs.
public struct TaskListEntry: Hashable, MethodReply {
    public var key: TaskKey
    public var name: String
    public var assignedTo: Word<AgentType>?
    public var priority: Word<Priority>
    public var status: Word<TaskStatus>
    public var attempts: Int
    public var iteration: Int
    public var createdAt: Timestamp
    /// Whose result it is, or who has the last attempt.
    public var agentID: AgentID?
    public var errorCode: String?
    public var errorMessage: String?
    public var completedAt: Timestamp?
    public var duration: Duration?
    /// Nil where it is at work or has ended.
    public var waiting: ReportedWait?

    public init(_ task: TaskView) {
        let record = task.record
        let result = record.outcome?.result
        key = record.key
        name = record.definition.name
        assignedTo = record.definition.assignedTo.map { Word($0) }
        priority = Word(record.definition.priority)
        status = Word(record.status)
        attempts = record.attemptCount
        iteration = record.iteration
        createdAt = record.createdAt
        agentID = result?.agentID ?? record.attempts.last?.agentID
        errorCode = result?.errorCode
        errorMessage = result?.errorMessage
        completedAt = result?.completedAt
        duration = result?.duration
        waiting = task.wait.map { ReportedWait($0) }
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        key = try TaskKey(&fields)
        name = try fields.required("name")
        assignedTo = try fields.optional("assigned_to")
        priority = try fields.required("priority")
        status = try fields.required("status")
        attempts = try fields.required("attempts")
        iteration = try fields.required("iteration")
        createdAt = try fields.required("created_at")
        agentID = try fields.optional("agent_id")
        errorCode = try fields.optional("error_code")
        errorMessage = try fields.optional("error_message")
        completedAt = try fields.optional("completed_at")
        duration = try fields.optional("duration_seconds", as: Double.self).map { Duration(inSeconds: $0) }
        waiting = try fields.optional("waiting")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        key.writeMembers(to: &writer)
        writer.member("name", name)
        writer.member("assigned_to", assignedTo)
        writer.member("priority", priority)
        writer.member("status", status)
        writer.member("attempts", attempts)
        writer.member("iteration", iteration)
        writer.member("created_at", createdAt)
        writer.nullableMember("agent_id", agentID)
        writer.nullableMember("error_code", errorCode)
        writer.nullableMember("error_message", errorMessage)
        writer.nullableMember("completed_at", completedAt)
        writer.nullableMember("duration_seconds", duration)
        writer.member("waiting", waiting)
    }
}
