import ConductorJSON
import ConductorModel

/// `workflow.retry`: an ended workflow is run again.
public enum WorkflowRetryMethod: RemoteMethod {
    public typealias Params = WorkflowRetry
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.retry" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ retry: WorkflowRetry) -> StoreQuery { .workflow(retry.workflowID) }
}

/// Runs an ended workflow again: what has not completed, or all of it.
public struct WorkflowRetry: MethodParams {
    public var workflowID: WorkflowID
    public var onlyFailed = true
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID) {
        self.workflowID = workflowID
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflowID = try fields.required("workflow_id")
        onlyFailed = try fields.value("only_failed", default: true)
        requestKey = try fields.text("request_key", maximumBytes: 256)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("only_failed", onlyFailed)
        writer.member("request_key", requestKey)
    }
}
