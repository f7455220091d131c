import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a worker's bridge says to an owner's.
public enum WorkerMessage: Sendable {
    /// Renews the claims that it names, and is answered with what stands.
    case report(Report)
    /// Asks for a task of a type; repeated until it is answered or given up.
    case request(RequestName, AgentType)
    /// How a claimed task ended; repeated until it is settled.
    case answer(ClaimID, TaskKey, WorkAnswer)
    /// The claimed task was not begun and will not be; repeated until it is settled.
    case decline(ClaimID, reason: String)
    /// What the work says of itself, once.
    case progress(ClaimID, AttemptReport.Content)

    public struct Report: Hashable, Sendable {
        /// Reports of a session are numbered from 1.
        public var name: RequestName
        /// How many tasks of the owner the worker could have at once, those that it has among them.
        public var room: TypeCounts
        public var claims: [ClaimID]

        public init(name: RequestName, room: TypeCounts, claims: [ClaimID]) {
            self.name = name
            self.room = room
            self.claims = claims
        }
    }

    private enum Kind: String, Vocabulary {
        case report, request, answer, decline, progress
    }

    private var kind: Kind {
        switch self {
        case .report: .report
        case .request: .request
        case .answer: .answer
        case .decline: .decline
        case .progress: .progress
        }
    }
}

extension WorkerMessage: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        switch try fields.required("kind", as: Kind.self) {
        case .report:
            self = .report(
                Report(
                    name: try RequestName(&fields), room: try fields.required("room"),
                    claims: try fields.bounded("claims", maximumCount: BridgeLimits.claims)))
        case .request: self = .request(try RequestName(&fields), try fields.required("agent_type"))
        case .answer:
            let claim = try fields.required("claim", as: ClaimID.self)
            let key = TaskKey(workflowID: try fields.optional("workflow_id"), taskID: try fields.required("task_id"))
            self = .answer(claim, key, try fields.required("answer"))
        case .decline:
            let reason = try fields.text("reason") ?? ""
            self = .decline(try fields.required("claim"), reason: reason)
        case .progress:
            self = .progress(try fields.required("claim"), try AttemptReport.Content(&fields))
        }
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", kind)
            switch self {
            case .report(let report):
                report.name.writeMembers(to: &writer)
                writer.member("room", report.room)
                writer.member("claims", report.claims)
            case .request(let name, let type):
                name.writeMembers(to: &writer)
                writer.member("agent_type", type)
            case .answer(let claim, let key, let answer):
                writer.member("claim", claim)
                writer.member("workflow_id", key.workflowID)
                writer.member("task_id", key.taskID)
                writer.member("answer", answer)
            case .decline(let claim, let reason):
                writer.member("claim", claim)
                writer.member("reason", reason)
            case .progress(let claim, let content):
                writer.member("claim", claim)
                content.writeMembers(to: &writer)
            }
        }
    }
}

extension AttemptReport.Content {
    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        if let stream = try fields.text("stream", maximumBytes: 64) {
            guard let line = try fields.text("line") else { throw JSONFieldError(field: "line", reason: "is required") }
            self = .log(stream: stream, line: line)
        } else {
            self = .progress(
                percent: try fields.number("percent", in: 0...100), message: try fields.text("message"))
        }
    }

    func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .progress(let percent, let message):
            writer.member("percent", percent)
            writer.member("message", message)
        case .log(let stream, let line):
            writer.member("stream", stream)
            writer.member("line", line)
        }
    }
}
