import ConductorJSON
import ConductorModel

/// `workflow.feedback`: phases are run again with feedback.
public enum WorkflowFeedbackMethod: RemoteMethod {
    public typealias Params = WorkflowFeedback
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.feedback" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ feedback: WorkflowFeedback) -> StoreQuery { .workflow(feedback.workflowID) }
}

/// Sends a workflow back.
public struct WorkflowFeedback: MethodParams {
    public enum Through: String, Vocabulary {
        /// Development alone is run anew.
        case development
        /// Development and all that follows it.
        case all
    }

    public var workflowID: WorkflowID
    public var feedback: Feedback
    public var through: Through = .development
    /// Answer once it has begun.
    public var detach = false
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID, feedback: Feedback) {
        self.workflowID = workflowID
        self.feedback = feedback
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflowID = try fields.required("workflow_id")
        guard let feedback = try fields.sentFeedback() else {
            throw JSONFieldError(field: "feedback", reason: "is required")
        }
        self.feedback = feedback
        through = try fields.value("through", default: .development)
        detach = try fields.value("detach", default: false)
        requestKey = try fields.text("request_key", maximumBytes: 256)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("feedback", feedback)
        writer.member("through", through)
        writer.member("detach", detach)
        writer.member("request_key", requestKey)
    }
}
