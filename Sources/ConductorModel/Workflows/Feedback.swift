import ConductorJSON

/// What a monitor, or a person, tells development about a running system.
public struct Feedback: Sendable {
    public var sourceAgentID: AgentID?
    /// Any JSON array: findings are for the agents that read them.
    public var findings: JSONText
    public var severity: Severity
    public var recommendations: JSONText
    public var affectedTaskIDs: [TaskID]
    public var metrics: JSONText
    /// A workflow had more feedback than it keeps: of this one, severity and source are left.
    public private(set) var omitsContent = false

    public init(
        severity: Severity, findings: JSONText = .emptyArray, recommendations: JSONText = .emptyArray,
        sourceAgentID: AgentID? = nil, affectedTaskIDs: [TaskID] = [], metrics: JSONText = .emptyObject
    ) {
        self.sourceAgentID = sourceAgentID
        self.findings = findings
        self.severity = severity
        self.recommendations = recommendations
        self.affectedTaskIDs = affectedTaskIDs
        self.metrics = metrics
    }
}

extension Feedback: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        sourceAgentID = try fields.optional("source_agent_id")
        findings = try fields.array("findings") ?? .emptyArray
        severity = try fields.value("severity", default: .info)
        recommendations = try fields.array("recommendations") ?? .emptyArray
        affectedTaskIDs = try fields.value("affected_task_ids", default: [])
        metrics = try fields.object("metrics") ?? .emptyObject
        omitsContent = try fields.value("content_omitted", default: false)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.nullableMember("source_agent_id", sourceAgentID)
            writer.member("findings", findings)
            writer.member("severity", severity)
            writer.member("recommendations", recommendations)
            writer.member("affected_task_ids", affectedTaskIDs)
            writer.member("metrics", metrics)
            if omitsContent { writer.member("content_omitted", true) }
        }
    }
}

extension Feedback {
    /// Bytes of what its author may make long.
    public var contentBytes: Int {
        findings.bytes.count + recommendations.bytes.count + metrics.bytes.count + affectedTaskBytes
    }

    fileprivate var affectedTaskBytes: Int { affectedTaskIDs.reduce(0) { $0 + $1.description.utf8.count + 3 } }

    fileprivate var withoutContent: Feedback {
        var feedback = Feedback(severity: severity, sourceAgentID: sourceAgentID)
        feedback.omitsContent = true
        return feedback
    }
}

extension JSONFields {
    /// Feedback that somebody sends: its list of tasks has a bound too. What was stored before there was one may be
    /// longer.
    public mutating func sentFeedback() throws(JSONFieldError) -> Feedback? {
        let feedback = try optional("feedback", as: Feedback.self)
        guard feedback?.affectedTaskBytes ?? 0 <= Limits.valueBytes else {
            throw JSONFieldError(
                field: "feedback.affected_task_ids", reason: "must be at most \(Limits.valueBytes) bytes")
        }
        return feedback
    }
}

extension [Feedback] {
    /// So much of what many monitors find is kept of a workflow. Bytes.
    public static let keptBytes = 64 << 20

    /// What is kept of these: the first ones whole, as far as there is room.
    public func kept(within room: Int = keptBytes) -> [Feedback] {
        var left = room
        return map { feedback in
            left -= feedback.contentBytes
            return left >= 0 ? feedback : feedback.withoutContent
        }
    }

    /// One stands for itself, several as a list: what `${{ feedback }}` and `task.execute` show. Nil where there is none.
    public var shown: JSONText? {
        switch count {
        case 0: nil
        case 1: first?.jsonText
        default: jsonText
        }
    }
}

extension JSONText {
    public static let emptyArray = JSONText(restoring: Array("[]".utf8))
}
