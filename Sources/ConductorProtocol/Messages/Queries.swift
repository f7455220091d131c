import ConductorJSON
import ConductorModel

/// Which agents `agent.list` shows.
public struct AgentQuery: Params {
    public var agentType: AgentType?
    /// Only those that could be given a task now, or only those that could not.
    public var available: Bool?

    public init(agentType: AgentType? = nil, available: Bool? = nil) {
        self.agentType = agentType
        self.available = available
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        agentType = try fields.optional("agent_type")
        available = try fields.optional("available")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("agent_type", agentType)
            writer.member("available", available)
        }
    }
}

extension Page {
    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        self.init(limit: try fields.integer("limit", in: 1...1000) ?? Page.standardLimit)
        if let cursor = try fields.optional("cursor", as: String.self) {
            guard let position = Int64(cursor) else {
                throw JSONFieldError(field: "cursor", reason: "must be a next_cursor of an earlier page")
            }
            before = position
        }
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("limit", limit)
        writer.member("cursor", before.map { "\($0)" })
    }
}

extension TaskQuery: Params {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        self.init(
            status: try fields.optional("status"), agentType: try fields.optional("agent_type"),
            workflowID: try fields.optional("workflow_id"), page: try Page(&fields))
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            writer.member("agent_type", agentType)
            writer.member("workflow_id", workflowID)
            page.writeMembers(to: &writer)
        }
    }
}

extension WorkflowQuery: Params {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        self.init(status: try fields.optional("status"), page: try Page(&fields))
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            page.writeMembers(to: &writer)
        }
    }
}

extension EventFilter: Params {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        self.init(
            workflowID: try fields.optional("workflow_id"), taskID: try fields.optional("task_id"),
            agentID: try fields.optional("agent_id"), kinds: try fields.optional("kinds"))
        for (index, kind) in (kinds ?? []).enumerated()
        where EventKind(rawValue: kind) == nil && !Self.liveKinds.contains(kind) {
            throw JSONFieldError(field: "kinds[\(index)]", reason: "must be the name of a kind of event")
        }
        afterSequence = try fields.integer("after_sequence", in: 0...Int.max).map(Int64.init)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("workflow_id", workflowID)
            writer.member("task_id", taskID)
            writer.member("agent_id", agentID)
            writer.member("kinds", kinds)
            writer.member("after_sequence", afterSequence)
        }
    }
}

extension AttemptReference: Params {}
