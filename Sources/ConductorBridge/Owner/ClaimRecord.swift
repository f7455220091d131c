import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A claim as the owner's bridge stores it before it tells the worker: what it needs after a restart to name the
/// attempt to its daemon, and to know the worker's answer.
public struct ClaimRecord: Hashable, Sendable {
    public let claim: ClaimID
    public let host: HostName
    public let request: RequestName
    public let attempt: AttemptReference
    public let workflowID: WorkflowID?
    public let agentType: AgentType

    public init(
        claim: ClaimID, host: HostName, request: RequestName, attempt: AttemptReference, workflowID: WorkflowID?,
        agentType: AgentType
    ) {
        self.claim = claim
        self.host = host
        self.request = request
        self.attempt = attempt
        self.workflowID = workflowID
        self.agentType = agentType
    }

    var key: TaskKey { TaskKey(workflowID: workflowID, taskID: attempt.taskID) }

    var seat: Seat { Seat(host: host, agentType: agentType) }

    var standing: StandingClaim {
        StandingClaim(claim: claim, key: key, agentType: agentType, request: request)
    }
}

extension ClaimRecord: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        claim = try fields.required("claim")
        host = try fields.required("host")
        request = try RequestName(&fields)
        attempt = try AttemptReference(&fields)
        workflowID = try fields.optional("workflow_id")
        agentType = try fields.required("agent_type")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("claim", claim)
            writer.member("host", host)
            request.writeMembers(to: &writer)
            attempt.writeMembers(to: &writer)
            writer.member("workflow_id", workflowID)
            writer.member("agent_type", agentType)
        }
    }
}
