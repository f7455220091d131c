import ConductorJSON
import ConductorModel

/// `task.dispatch`: a task is given to an agent.
public enum TaskDispatchMethod: RemoteMethod {
    public typealias Params = TaskDispatch
    public typealias Reply = DispatchReply

    public static var name: StaticString { "task.dispatch" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }

    public static func highestPriority(_ dispatch: TaskDispatch) -> Priority? { dispatch.task.priority }
    public static func storeQuery(_ dispatch: TaskDispatch) -> StoreQuery {
        dispatch.task.taskID.map { .task(TaskKey(taskID: $0)) } ?? .nothing
    }
}

/// A task that belongs to no workflow.
public struct TaskDispatch: MethodParams {
    public var task: TaskDefinition
    public var whenBusy: WorkflowDefinition.WhenBusy = .fail
    public var queueTimeout: Duration = .seconds(3600)
    public var detach = false

    public init(task: TaskDefinition) {
        self.task = task
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        task = try fields.required("task")
        whenBusy = try fields.value("when_busy", default: .fail)
        queueTimeout = try fields.duration("queue_timeout_seconds", in: 0...604_800) ?? .seconds(3600)
        detach = try fields.value("detach", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task", task)
        writer.member("when_busy", whenBusy)
        writer.member("queue_timeout_seconds", queueTimeout)
        writer.member("detach", detach)
    }
}

/// What became of a task that was dispatched.
public struct DispatchReply: MethodReply {
    public enum Outcome: Sendable {
        case ended(TaskResult)
        /// Of a detached one.
        case accepted(TaskID)
    }

    public var outcome: Outcome
    /// Nil where it was new.
    public var repeated: Repetition?

    public init(_ outcome: Outcome, repeated: Repetition? = nil) {
        self.outcome = outcome
        self.repeated = repeated
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        if let result = try fields.optional("result", as: TaskResult.self) {
            outcome = .ended(result)
        } else {
            outcome = .accepted(try fields.required("task_id"))
        }
        repeated = try fields.optional(Repetition.member)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        switch outcome {
        case .ended(let result): writer.member("result", result)
        case .accepted(let id): writer.member("task_id", id)
        }
        writer.member(Repetition.member, repeated)
    }
}
