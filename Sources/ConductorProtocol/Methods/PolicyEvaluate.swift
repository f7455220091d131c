import ConductorJSON
import ConductorModel

/// `policy.evaluate`: what the policies would say. Nothing is changed.
public enum PolicyEvaluateMethod: RemoteMethod {
    public typealias Params = PolicyQuestion
    public typealias Reply = PolicyVerdict

    public static var name: StaticString { "policy.evaluate" }
    public static var requiredRole: Role { .observer }

    public static func storeQuery(_ question: PolicyQuestion) -> StoreQuery {
        question.workflowID.map { .workflow($0) } ?? .nothing
    }
}

/// What `policy.evaluate` asks about; policies that fit what is given are asked.
public struct PolicyQuestion: MethodParams {
    public var task: TaskDefinition?
    public var agentID: AgentID?
    public var workflowID: WorkflowID?

    public init(task: TaskDefinition? = nil, agentID: AgentID? = nil, workflowID: WorkflowID? = nil) {
        self.task = task
        self.agentID = agentID
        self.workflowID = workflowID
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        task = try fields.optional("task")
        agentID = try fields.optional("agent_id")
        workflowID = try fields.optional("workflow_id")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("task", task)
        writer.member("agent_id", agentID)
        writer.member("workflow_id", workflowID)
    }
}

/// What policies say together.
public struct PolicyVerdict: Hashable, MethodReply {
    public var allowed: Bool
    public var results: [PolicyResult]

    public init(allowed: Bool, _ results: [PolicyResult]) {
        self.allowed = allowed
        self.results = results
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        allowed = try fields.required("allowed")
        results = try fields.required("results")
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("allowed", allowed)
        writer.member("results", results)
    }
}
