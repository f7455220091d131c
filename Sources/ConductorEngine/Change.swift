import ConductorModel

/// One durable change to what the store keeps. The store applies a batch of them atomically, in order.
public enum Change: Sendable {
    case taskAdded(TaskRecord)
    /// All of a record but its key and definition may differ from what is stored.
    case taskUpdated(TaskRecord)
    // Far larger than the others, and rarer.
    indirect case workflowAdded(WorkflowRecord)
    indirect case workflowUpdated(WorkflowRecord)
    case agentSaved(AgentState)
    case agentRemoved(AgentID)
    case policySaved(Policy)
    case policyRemoved(Policy.Kind)
    case breakerSaved(Breaker)
    /// Added, or with another state.
    case deadLetterSaved(DeadLetter)
    case event(EventRecord)
    /// How many of each there are from now on.
    case counted(StatusCounts)
}

/// What a store gives back at a start: all that is not history.
public struct DurableState: Sendable {
    public var agents: [AgentState] = []
    public var policies: [Policy] = []
    public var breakers: [Breaker] = []
    /// Workflows that have not ended.
    public var workflows: [WorkflowRecord] = []
    /// Tasks that have not ended, and all tasks of those workflows; oldest first.
    public var tasks: [TaskRecord] = []
    public var counts = StatusCounts()
    /// The sequence of the last event; 0 where there is none.
    public var lastSequence: Int64 = 0

    public init() {}
}
