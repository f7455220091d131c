import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What the daemon asks of the agent at this end of a connection.
public enum AgentCommand: Sendable {
    case execute(TaskAssignment)
    case cancel(Cancellation)
    /// The daemon stops: connect again, register with what runs, deliver what was not acknowledged.
    case stopping

    public struct Cancellation: Hashable, Sendable {
        public let taskID: TaskID
        public let workflowID: WorkflowID?
        public let attempt: Int
        public let reason: String

        public init(taskID: TaskID, workflowID: WorkflowID?, attempt: Int, reason: String) {
            self.taskID = taskID
            self.workflowID = workflowID
            self.attempt = attempt
            self.reason = reason
        }
    }

    /// Nil for a notification that is no order.
    init?(method: String, params: JSONValue) throws(JSONFieldError) {
        switch method {
        case "task.execute": self = .execute(try TaskAssignment(json: params))
        case "task.cancel": self = .cancel(try Cancellation(json: params))
        case "daemon.stopping": self = .stopping
        default: return nil
        }
    }
}

extension AgentCommand.Cancellation: JSONReadable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        workflowID = try fields.optional("workflow_id")
        attempt = try fields.required("attempt")
        reason = try fields.value("reason", default: "")
    }
}
