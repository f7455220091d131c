import ConductorJSON
import ConductorModel

/// `task.get`: one task, with its result where it has ended.
public enum TaskGetMethod: RemoteMethod {
    public typealias Params = TaskKey
    public typealias Reply = TaskDetails

    public static var name: StaticString { "task.get" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ key: TaskKey) -> StoreQuery { .task(key) }
    public static func scope(_ key: TaskKey) -> StateScope { .task(key) }
}

/// `task.list`: tasks, the newest first, without inputs and outputs.
public enum TaskListMethod: RemoteMethod {
    public typealias Params = TaskQuery
    public typealias Reply = TaskList

    public static var name: StaticString { "task.list" }
    public static var requiredRole: Role { .observer }
    public static func storeQuery(_ query: TaskQuery) -> StoreQuery { .tasks(query) }
    public static func scope(_ query: TaskQuery) -> StateScope { .nothing }
}

extension TaskKey: MethodParams {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        let taskID = try fields.required("task_id", as: TaskID.self)
        self.init(workflowID: try fields.optional("workflow_id"), taskID: taskID)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("workflow_id", workflowID)
    }
}

extension TaskQuery: MethodParams {
    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init(
            status: try fields.optional("status"), agentType: try fields.optional("agent_type"),
            workflowID: try fields.optional("workflow_id"), page: try Page(&fields))
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("status", status)
        writer.member("agent_type", agentType)
        writer.member("workflow_id", workflowID)
        page.writeMembers(to: &writer)
    }
}

/// A page of tasks, the newest first.
public struct TaskList: MethodReply {
    public var tasks: [TaskListEntry]
    /// Where the next page begins; nil on the last.
    public var nextCursor: Int64?

    public init(_ tasks: [TaskListEntry], nextCursor: Int64?) {
        self.tasks = tasks
        self.nextCursor = nextCursor
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        tasks = try fields.required("tasks")
        nextCursor = try fields.nextCursor()
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("tasks", tasks)
        writer.nextCursor(nextCursor)
    }
}
