/// Which events a subscription brings.
public struct EventFilter: Hashable, Sendable {
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
