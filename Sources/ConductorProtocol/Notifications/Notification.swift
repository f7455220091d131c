import ConductorJSON
import ConductorModel

/// What the daemon says unasked; `ReceivedNotification` is how a client reads it.
public enum Notification: Sendable {
    case execute(TaskAssignment)
    case cancel(taskID: TaskID, workflowID: WorkflowID?, attempt: Int, reason: String)
    /// An `EventRecord` or a `LiveEvent`, as JSON: the same bytes for every subscription. `leftOut` live events before it
    /// found no room.
    case event(subscription: String, JSONText, leftOut: Int = 0)
    case busMessage(channel: String, BusMessage)
    case stopping

    /// On the wire.
    enum Method: String {
        case execute = "task.execute"
        case cancel = "task.cancel"
        case event
        case busMessage = "bus.message"
        case stopping = "daemon.stopping"
    }

    var method: Method {
        switch self {
        case .execute: .execute
        case .cancel: .cancel
        case .event: .event
        case .busMessage: .busMessage
        case .stopping: .stopping
        }
    }
}

extension Notification: JSONWritable {
    /// The `params` of the notification.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .execute(let assignment): assignment.write(to: &writer)
        case .cancel(let taskID, let workflowID, let attempt, let reason):
            AttemptCancellation(taskID: taskID, workflowID: workflowID, attempt: attempt, reason: reason)
                .write(to: &writer)
        case .event(let subscription, let event, let leftOut):
            EventNotice(subscription: subscription, event: event, leftOut: leftOut).write(to: &writer)
        case .busMessage(let channel, let message):
            BusPublication(channel: channel, message: message).write(to: &writer)
        case .stopping: writer.object { _ in }
        }
    }
}

/// What a client hears unasked.
public enum ReceivedNotification: Sendable {
    case execute(TaskAssignment)
    case cancel(AttemptCancellation)
    case event(subscription: String, ClientEvent)
    case busMessage(channel: String, BusMessage)
    case stopping
    /// Only a newer daemon knows what it means.
    case unknown

    /// - Throws: What is missing in `params`, or wrong there.
    public init(method: String, params: JSONValue) throws(JSONFieldError) {
        switch Notification.Method(rawValue: method) {
        case .execute: self = .execute(try TaskAssignment(json: params))
        case .cancel: self = .cancel(try AttemptCancellation(json: params))
        case .event:
            let notice = try EventNotice<ClientEvent>(json: params)
            var event = notice.event
            event.leftOut = notice.leftOut
            self = .event(subscription: notice.subscription, event)
        case .busMessage:
            var fields = try JSONFields(params)
            let publication = try BusPublication(&fields)
            self = .busMessage(channel: publication.channel, publication.message)
        case .stopping: self = .stopping
        case nil: self = .unknown
        }
    }
}

/// An attempt is not wanted any more.
public struct AttemptCancellation: Hashable, MethodReply {
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

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        taskID = try fields.required("task_id")
        workflowID = try fields.optional("workflow_id")
        attempt = try fields.required("attempt")
        reason = try fields.value("reason", default: "")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task_id", taskID)
        writer.member("workflow_id", workflowID)
        writer.member("attempt", attempt)
        writer.member("reason", reason)
    }
}
