import ConductorJSON

/// A request that is answered with an error: a stable code for programs, a sentence for people.
public struct Refusal: Error, Hashable, Sendable {
    public enum Code: String, Vocabulary {
        case parseError = "PARSE_ERROR"
        case invalidRequest = "INVALID_REQUEST"
        case badFrame = "BAD_FRAME"
        case frameTooLarge = "FRAME_TOO_LARGE"
        case methodNotFound = "METHOD_NOT_FOUND"
        case invalidParams = "INVALID_PARAMS"
        case internalError = "INTERNAL_ERROR"
        case noAgentType = "NO_AGENT_TYPE"
        case noAvailableAgent = "NO_AVAILABLE_AGENT"
        case policyViolation = "POLICY_VIOLATION"
        case taskValidationFailed = "TASK_VALIDATION_FAILED"
        case agentAlreadyRegistered = "AGENT_ALREADY_REGISTERED"
        case maxFeedbackLoops = "MAX_FEEDBACK_LOOPS"
        case notFound = "NOT_FOUND"
        case conflict = "CONFLICT"
        case staleAttempt = "STALE_ATTEMPT"
        case permissionDenied = "PERMISSION_DENIED"
        case quotaExceeded = "QUOTA_EXCEEDED"
        case shuttingDown = "SHUTTING_DOWN"
        case storageFull = "STORAGE_FULL"
        case timeout = "TIMEOUT"
        case cancelled = "CANCELLED"
        case agentLost = "AGENT_LOST"
        case phaseGateBlocked = "PHASE_GATE_BLOCKED"
        case expressionError = "EXPRESSION_ERROR"

        /// The integer of the JSON-RPC error object.
        public var number: Int {
            switch self {
            case .parseError: -32700
            case .invalidRequest, .badFrame, .frameTooLarge: -32600
            case .methodNotFound: -32601
            case .invalidParams: -32602
            case .internalError: -32603
            case .noAgentType: -32001
            case .noAvailableAgent: -32002
            case .policyViolation: -32003
            case .taskValidationFailed: -32004
            case .agentAlreadyRegistered: -32005
            case .maxFeedbackLoops: -32006
            case .notFound: -32007
            case .conflict: -32008
            case .staleAttempt: -32009
            case .permissionDenied: -32010
            case .quotaExceeded: -32011
            case .shuttingDown: -32012
            case .storageFull: -32013
            case .timeout: -32014
            case .cancelled: -32015
            case .agentLost: -32016
            case .phaseGateBlocked: -32017
            case .expressionError: -32018
            }
        }

        /// The same request may succeed later without any change to it.
        public var isRetryable: Bool {
            switch self {
            case .quotaExceeded, .shuttingDown, .storageFull, .agentLost: true
            case .parseError, .invalidRequest, .badFrame, .frameTooLarge, .methodNotFound, .invalidParams,
                .internalError, .noAgentType, .noAvailableAgent, .policyViolation, .taskValidationFailed,
                .agentAlreadyRegistered, .maxFeedbackLoops, .notFound, .conflict, .staleAttempt, .permissionDenied,
                .timeout, .cancelled, .phaseGateBlocked, .expressionError:
                false
            }
        }
    }

    public enum Detail: Hashable, Sendable {
        case text(String)
        case number(Int)
    }

    public let code: Code
    public let message: String
    /// What the code promises to say, by member name.
    public let details: [String: Detail]

    public init(_ code: Code, _ message: String, details: [String: Detail] = [:]) {
        self.code = code
        self.message = message
        self.details = details
    }
}

extension Refusal {
    public static func invalidParams(_ error: JSONFieldError) -> Refusal {
        let field = error.field.isEmpty ? "params" : error.field
        return Refusal(
            .invalidParams, "\(field) \(error.reason)",
            details: ["field": .text(error.field), "reason": .text(error.reason)])
    }

    public static func notFound(kind: String, id: some CustomStringConvertible) -> Refusal {
        let id = id.description.excerpt()
        return Refusal(.notFound, "there is no \(kind) \(id)", details: ["kind": .text(kind), "id": .text(id)])
    }

    public static func quotaExceeded(_ quota: String, limit: Int) -> Refusal {
        Refusal(
            .quotaExceeded, "the limit of \(limit) (\(quota)) is reached",
            details: ["quota": .text(quota), "limit": .number(limit)])
    }
}

extension Refusal: JSONReadable, JSONWritable {
    /// The JSON-RPC error object.
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        _ = try fields.required("code", as: Int.self)
        message = try fields.required("message")
        guard let data = fields.take("data") else { throw JSONFieldError(field: "data", reason: "is required") }
        // A newer daemon may have codes of which this client knows nothing; the sentence still tells.
        code = data["code"]?.string.flatMap(Code.init) ?? .internalError
        var details: [String: Detail] = [:]
        for (name, value) in data["details"]?.members.map({ $0 }) ?? [] {
            details[name] = value.integer.map { .number(Int($0)) } ?? .text(value.string ?? value.text.string)
        }
        self.details = details
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code.number)
            writer.member("message", message)
            writer.key("data")
            writer.object { writer in
                writer.member("code", code)
                writer.member("retryable", code.isRetryable)
                writer.key("details")
                writer.object { writer in
                    for (name, detail) in details.sorted(by: { $0.key < $1.key }) {
                        switch detail {
                        case .text(let text): writer.member(name, text)
                        case .number(let number): writer.member(name, number)
                        }
                    }
                }
            }
        }
    }
}

extension Refusal: CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(message)" }
}
