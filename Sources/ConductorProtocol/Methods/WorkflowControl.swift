import ConductorJSON
import ConductorModel

/// `workflow.cancel`: a workflow ends, and what runs of it is cancelled.
public enum WorkflowCancelMethod: RemoteMethod {
    public typealias Params = WorkflowCancellation
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.cancel" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }

    public static func storeQuery(_ cancellation: WorkflowCancellation) -> StoreQuery {
        .workflow(cancellation.workflowID)
    }
}

/// `workflow.pause`: nothing new of a workflow begins.
public enum WorkflowPauseMethod: WorkflowMethod {
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.pause" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
}

/// `workflow.resume`: a paused workflow goes on.
public enum WorkflowResumeMethod: WorkflowMethod {
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.resume" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
}

public struct WorkflowCancellation: Hashable, MethodParams {
    public var workflowID: WorkflowID
    public var reason: String?

    public init(_ workflowID: WorkflowID, reason: String? = nil) {
        self.workflowID = workflowID
        self.reason = reason
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflowID = try fields.required("workflow_id")
        reason = try fields.text("reason")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("reason", reason)
    }
}
