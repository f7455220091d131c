import ConductorJSON
import ConductorModel

/// Names one attempt to the daemon, as an agent does.
public struct AttemptReference: Hashable, MethodParams {
    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken

    public init(taskID: TaskID, attempt: Int, token: AttemptToken) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("attempt", attempt)
        writer.member("token", token)
    }
}
