import ConductorJSON

/// A rule that is asked before a dispatch, or at the gate between two phases. Its kind is its name.
public enum Policy: Hashable, Sendable {
    case maxConcurrentTasks(limit: Int)
    /// A task's timeout must lie between 0 and `maximum`, both excluded.
    case taskTimeout(standard: Duration, maximum: Duration)
    case agentAvailability
    case phaseGate(requiredSuccessRate: Double)

    public enum Kind: String, Vocabulary {
        case maxConcurrentTasks = "MaxConcurrentTasksPolicy"
        case taskTimeout = "TaskTimeoutPolicy"
        case agentAvailability = "AgentAvailabilityPolicy"
        case phaseGate = "PhaseGatePolicy"
    }

    public var kind: Kind {
        switch self {
        case .maxConcurrentTasks: .maxConcurrentTasks
        case .taskTimeout: .taskTimeout
        case .agentAvailability: .agentAvailability
        case .phaseGate: .phaseGate
        }
    }

    /// What it does, for people.
    public var summary: String {
        switch self {
        case .maxConcurrentTasks(let limit): "At most \(limit) tasks run at once."
        case .taskTimeout(_, let maximum): "A task's timeout is above 0 and below \(maximum.inSeconds) s."
        case .agentAvailability: "A task goes to an agent that is there and has a free slot."
        case .phaseGate(let rate): "A phase ends well when at least \(rate * 100) % of the workflow's tasks succeeded."
        }
    }

    /// Reads `kind` and `parameters` as they stand in requests, in the configuration and in the store.
    public init(kind: Kind, parameters: JSONValue?) throws(JSONFieldError) {
        do throws(JSONFieldError) {
            let given = parameters.flatMap { $0.kind == .null ? nil : $0 }
            var fields = try given.map { value throws(JSONFieldError) in try JSONFields(value) }
            switch kind {
            case .maxConcurrentTasks:
                self = .maxConcurrentTasks(limit: try fields?.integer("max_tasks", in: 0...1_000_000) ?? 5)
            case .taskTimeout:
                self = .taskTimeout(
                    standard: try fields?.duration("default_timeout_seconds", in: 1...86_400) ?? .seconds(300),
                    maximum: try fields?.duration("max_timeout_seconds", in: 1...86_401) ?? .seconds(3600))
            case .agentAvailability:
                self = .agentAvailability
            case .phaseGate:
                self = .phaseGate(requiredSuccessRate: try fields?.number("required_success_rate", in: 0...1) ?? 0.8)
            }
            try fields?.end()
        } catch {
            throw error.within("parameters")
        }
    }
}

extension Policy: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        let kind = try fields.required("kind", as: Kind.self)
        try self.init(kind: kind, parameters: fields.take("parameters"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writeMembers(to: &writer)
            writer.member("description", summary)
        }
    }

    /// What makes it up; its description follows from that.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("kind", kind)
        writer.key("parameters")
        writer.object { writer in
            switch self {
            case .maxConcurrentTasks(let limit): writer.member("max_tasks", limit)
            case .taskTimeout(let standard, let maximum):
                writer.member("default_timeout_seconds", standard)
                writer.member("max_timeout_seconds", maximum)
            case .agentAvailability: break
            case .phaseGate(let rate): writer.member("required_success_rate", rate)
            }
        }
    }
}

/// What one policy says.
public struct PolicyResult: Hashable, Sendable {
    public var allowed: Bool
    public var policyName: String
    /// For people; empty where it is allowed.
    public var reason: String

    public init(allowed: Bool, policyName: String, reason: String = "") {
        self.allowed = allowed
        self.policyName = policyName
        self.reason = reason
    }
}

extension PolicyResult: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        allowed = try fields.required("allowed")
        policyName = try fields.required("policy_name")
        reason = try fields.value("reason", default: "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("allowed", allowed)
            writer.member("policy_name", policyName)
            writer.member("reason", reason)
            writer.member("metadata", JSONText.emptyObject)
        }
    }
}
