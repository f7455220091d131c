import ConductorJSON
import ConductorModel

/// What an owner's bridge says to a worker's.
public enum OwnerMessage: Sendable {
    /// So many tasks wait for a claim. A hint: the worker asks for each.
    case offer(TypeCounts)
    /// Answers a request: the claim is recorded, and the worker's.
    case grant(RequestName, Grant)
    /// Answers a request: there is nothing for it, or it is an old one.
    case refusal(RequestName)
    /// Answers a report.
    case standing(Standing)
    /// The claim has ended, and its work is not wanted.
    case cancel(ClaimID, reason: String)
    /// The worker forgets the claim: the owner's daemon has the answer, or nobody wants it any more.
    case settled(ClaimID, isRecorded: Bool)

    /// What the owner holds for a worker.
    public struct Standing: Sendable {
        /// The report that this answers.
        public var name: RequestName
        /// All claims of the worker that are recorded and not ended.
        public var claims: [StandingClaim]
        public var offers: TypeCounts

        public init(name: RequestName, claims: [StandingClaim], offers: TypeCounts) {
            self.name = name
            self.claims = claims
            self.offers = offers
        }
    }

    private enum Kind: String, Vocabulary {
        case offer, grant, refusal, standing, cancel, settled
    }

    private var kind: Kind {
        switch self {
        case .offer: .offer
        case .grant: .grant
        case .refusal: .refusal
        case .standing: .standing
        case .cancel: .cancel
        case .settled: .settled
        }
    }
}

/// A claim that stands, and the request that it was granted to.
public struct StandingClaim: Hashable, Sendable {
    public let claim: ClaimID
    public let key: TaskKey
    public let agentType: AgentType
    public let request: RequestName

    public init(claim: ClaimID, key: TaskKey, agentType: AgentType, request: RequestName) {
        self.claim = claim
        self.key = key
        self.agentType = agentType
        self.request = request
    }
}

extension StandingClaim: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        claim = try fields.required("claim")
        key = TaskKey(workflowID: try fields.optional("workflow_id"), taskID: try fields.required("task_id"))
        agentType = try fields.required("agent_type")
        request = try RequestName(&fields)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("claim", claim)
            writer.member("workflow_id", key.workflowID)
            writer.member("task_id", key.taskID)
            writer.member("agent_type", agentType)
            request.writeMembers(to: &writer)
        }
    }
}

extension OwnerMessage: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        switch try fields.required("kind", as: Kind.self) {
        case .offer: self = .offer(try fields.required("offers"))
        case .grant: self = .grant(try RequestName(&fields), try fields.required("grant"))
        case .refusal: self = .refusal(try RequestName(&fields))
        case .standing:
            self = .standing(
                Standing(
                    name: try RequestName(&fields),
                    claims: try fields.bounded("claims", maximumCount: BridgeLimits.claims),
                    offers: try fields.required("offers")))
        case .cancel:
            let reason = try fields.text("reason") ?? ""
            self = .cancel(try fields.required("claim"), reason: reason)
        case .settled:
            self = .settled(try fields.required("claim"), isRecorded: try fields.required("recorded"))
        }
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", kind)
            switch self {
            case .offer(let offers): writer.member("offers", offers)
            case .grant(let name, let grant):
                name.writeMembers(to: &writer)
                writer.member("grant", grant)
            case .refusal(let name): name.writeMembers(to: &writer)
            case .standing(let standing):
                standing.name.writeMembers(to: &writer)
                writer.member("claims", standing.claims)
                writer.member("offers", standing.offers)
            case .cancel(let claim, let reason):
                writer.member("claim", claim)
                writer.member("reason", reason)
            case .settled(let claim, let isRecorded):
                writer.member("claim", claim)
                writer.member("recorded", isRecorded)
            }
        }
    }
}
