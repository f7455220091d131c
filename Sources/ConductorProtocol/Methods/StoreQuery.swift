import ConductorModel

/// What is to be looked up before a request is handed to the engine.
public enum StoreQuery: Hashable, Sendable {
    case nothing
    case task(TaskKey)
    /// The task of this id, in whatever workflow, that has an attempt with this token.
    case attempt(TaskID, AttemptToken)
    case workflow(WorkflowID)
    case tasks(TaskQuery)
    case workflows(WorkflowQuery)
    case deadLetters(Page)
    /// What a reference may mean for the caller.
    case matches(WorkReference)
    /// The letter with its task, and the task's workflow where it has one.
    case deadLetter(DeadLetterID)
    case process
    /// What the connections of each user take.
    case accounts
    /// The store is to be copied.
    case backup
}

/// What of the daemon's state an answer shows: it waits for changes of that which are not durable yet.
public enum StateScope: Hashable, Sendable {
    /// Nothing, or what the store shows.
    case nothing
    case task(TaskKey)
    /// A workflow with its tasks.
    case workflow(WorkflowID)
    /// An agent with its breaker.
    case agent(AgentID)
    case agents
    case policies
    case breakers
    /// Anything, or an effect of the request itself.
    case everything
}
