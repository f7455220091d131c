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
}

/// Which tasks `task.list` shows.
public struct TaskQuery: Hashable, Sendable {
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
}

/// Which workflows `workflow.list` shows.
public struct WorkflowQuery: Hashable, Sendable {
    public var status: WorkflowStatus?
    public var page = Page()

    public init(status: WorkflowStatus? = nil, page: Page = Page()) {
        self.status = status
        self.page = page
    }
}
