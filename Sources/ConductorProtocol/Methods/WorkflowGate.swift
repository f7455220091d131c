import ConductorJSON
import ConductorModel

/// `workflow.check_gate`: what the gate would say now. Nothing is changed.
public enum WorkflowCheckGateMethod: WorkflowMethod {
    public typealias Reply = PolicyVerdict

    public static var name: StaticString { "workflow.check_gate" }
    public static var requiredRole: Role { .observer }
    public static func scope(_ workflow: WorkflowID) -> StateScope { .workflow(workflow) }
}

/// `workflow.approve`: a decision on a workflow that is held at a gate.
public enum WorkflowApproveMethod: RemoteMethod {
    public typealias Params = WorkflowApproval
    public typealias Reply = WorkflowReply

    public static var name: StaticString { "workflow.approve" }
    public static var requiredRole: Role { .operator }
    public static var isForSubmitters: Bool { true }
    public static var changesState: Bool { true }
    public static func storeQuery(_ approval: WorkflowApproval) -> StoreQuery { .workflow(approval.workflowID) }
}

/// An operator's decision on a workflow that is held at a gate.
public struct WorkflowApproval: MethodParams {
    public var workflowID: WorkflowID
    /// False ends the workflow as failed.
    public var approve: Bool
    public var comment: String?
    /// Tasks that have failed count as done, for what needs them and for later gates.
    public var acceptFailures = false
    /// The same key is the same act, done once.
    public var requestKey: String?

    public init(workflowID: WorkflowID, approve: Bool, comment: String? = nil) {
        self.workflowID = workflowID
        self.approve = approve
        self.comment = comment
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        workflowID = try fields.required("workflow_id")
        approve = try fields.required("approve")
        comment = try fields.text("comment")
        acceptFailures = try fields.value("accept_failures", default: false)
        requestKey = try fields.text("request_key", maximumBytes: 256)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("workflow_id", workflowID)
        writer.member("approve", approve)
        writer.member("comment", comment)
        writer.member("accept_failures", acceptFailures ? true : nil)
        writer.member("request_key", requestKey)
    }
}
