import ConductorJSON

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

/// A page of a list, newest first. The cursor is what the page before it gave as `next_cursor`.
public struct Page: Hashable, Sendable {
    public static let standardLimit = 100

    public var limit: Int
    /// Only what is older than this position.
    public var before: Int64?

    public init(limit: Int = Page.standardLimit, before: Int64? = nil) {
        self.limit = limit
        self.before = before
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        limit = try fields.integer("limit", in: 1...1000) ?? Page.standardLimit
        if let cursor = try fields.optional("cursor", as: String.self) {
            guard let position = Int64(cursor) else {
                throw JSONFieldError(field: "cursor", reason: "must be a next_cursor of an earlier page")
            }
            before = position
        }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("limit", limit)
        writer.member("cursor", before.map { "\($0)" })
    }
}

/// Which tasks `task.list` shows.
public struct TaskQuery: Params {
    public var status: TaskStatus?
    public var agentType: AgentType?
    public var workflowID: WorkflowID?
    public var page = Page()

    public init(
        status: TaskStatus? = nil, agentType: AgentType? = nil, workflowID: WorkflowID? = nil, page: Page = Page()
    ) {
        self.status = status
        self.agentType = agentType
        self.workflowID = workflowID
        self.page = page
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        status = try fields.optional("status")
        agentType = try fields.optional("agent_type")
        workflowID = try fields.optional("workflow_id")
        page = try Page(&fields)
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

/// Which workflows `workflow.list` shows.
public struct WorkflowQuery: Params {
    public var status: WorkflowStatus?
    public var page = Page()

    public init(status: WorkflowStatus? = nil, page: Page = Page()) {
        self.status = status
        self.page = page
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        status = try fields.optional("status")
        page = try Page(&fields)
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            page.writeMembers(to: &writer)
        }
    }
}

/// Which events a subscription brings.
public struct EventFilter: Params {
    public static let liveKinds = ["task.progress", "task.log"]

    public var workflowID: WorkflowID?
    public var taskID: TaskID?
    public var agentID: AgentID?
    /// Names of kinds; nil for all, the live ones included.
    public var kinds: [String]?
    /// Durable events after this one are replayed first.
    public var afterSequence: Int64?

    public init(
        workflowID: WorkflowID? = nil, taskID: TaskID? = nil, agentID: AgentID? = nil, kinds: [String]? = nil,
        afterSequence: Int64? = nil
    ) {
        self.workflowID = workflowID
        self.taskID = taskID
        self.agentID = agentID
        self.kinds = kinds
        self.afterSequence = afterSequence
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        workflowID = try fields.optional("workflow_id")
        taskID = try fields.optional("task_id")
        agentID = try fields.optional("agent_id")
        kinds = try fields.optional("kinds")
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

    public func matches(_ event: EventRecord) -> Bool {
        matches(workflowID: event.workflowID, taskID: event.taskID, agentID: event.agentID, kind: event.kind.rawValue)
    }

    public func matches(_ event: LiveEvent) -> Bool {
        matches(
            workflowID: event.key.workflowID, taskID: event.key.taskID, agentID: event.agentID, kind: event.kind)
    }

    private func matches(workflowID: WorkflowID?, taskID: TaskID?, agentID: AgentID?, kind: String) -> Bool {
        (self.workflowID == nil || self.workflowID == workflowID) && (self.taskID == nil || self.taskID == taskID)
            && (self.agentID == nil || self.agentID == agentID) && (kinds?.contains(kind) ?? true)
    }
}
