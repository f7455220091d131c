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
        }
    }
}

extension [Feedback] {
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
