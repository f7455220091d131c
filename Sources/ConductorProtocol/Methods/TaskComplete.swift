import ConductorJSON
import ConductorModel

/// `task.complete`: an agent's answer to `task.execute`. It is taken also while the daemon stops.
public enum TaskCompleteMethod: RemoteMethod {
    public typealias Params = TaskCompletion
    public typealias Reply = RecordedReply

    public static var name: StaticString { "task.complete" }
    public static var requiredRole: Role { .agent }

    public static func storeQuery(_ completion: TaskCompletion) -> StoreQuery {
        .attempt(completion.taskID, completion.token)
    }
}

/// An agent's answer to `task.execute`.
public struct TaskCompletion: MethodParams {
    public enum Status: String, Vocabulary {
        case completed, failed
        /// The task does not suit the agent.
        case rejected
    }

    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken
    public var status: Status
    public var outputData: JSONText = .emptyObject
    public var errorMessage: String?
    public var errorCode: String?
    public var feedback: Feedback?
    public var metadata: JSONText = .emptyObject

    public init(taskID: TaskID, attempt: Int, token: AttemptToken, status: Status) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
        self.status = status
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        status = try fields.required("status")
        outputData = try fields.object("output_data") ?? .emptyObject
        errorMessage = try fields.text("error_message")
        errorCode = try fields.text("error_code", maximumBytes: 256)
        feedback = try fields.sentFeedback()
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("attempt", attempt)
        writer.member("token", token)
        writer.member("status", status)
        writer.member("output_data", outputData)
        writer.member("error_message", errorMessage)
        writer.member("error_code", errorCode)
        writer.member("feedback", feedback)
        writer.member("metadata", metadata)
    }
}

/// It is durable, and will not be asked for again.
public struct RecordedReply: Hashable, MethodReply {
    public init() {}

    public init(_ fields: inout JSONFields) {}

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("recorded", true)
    }
}
