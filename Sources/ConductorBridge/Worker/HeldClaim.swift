import ConductorModel

/// A claim that the worker's bridge has of an owner, on its way through its own daemon.
struct HeldClaim: Sendable {
    enum Stage: Sendable {
        /// Its own daemon has the task, or is about to. `isOrdered`: it was told on the present connection.
        case begun(Grant, isOrdered: Bool)
        /// From before a restart: its own daemon is asked what it knows.
        case recalled
        /// The owner is told until it has settled the claim.
        case answered(WorkAnswer, saidAt: Duration)
        /// Nothing was begun, and nothing will be. The owner is told until it has settled the claim.
        case declined(reason: String, saidAt: Duration)
        /// The owner does not want it any more, and its own daemon is asked to end it.
        case withdrawn(reason: String)
    }

    let name: ClaimName
    /// As the owner knows the task.
    let key: TaskKey
    let agentType: AgentType
    /// The first report that names the claim; what answers an earlier one cannot know of it.
    let firstReport: Int
    var stage: Stage

    /// It takes a place of a local agent.
    var isAtWork: Bool {
        switch stage {
        case .begun, .recalled: true
        case .answered, .declined, .withdrawn: false
        }
    }

    /// The owner is to know that it is alive.
    var isWanted: Bool {
        switch stage {
        case .begun, .recalled, .answered, .declined: true
        case .withdrawn: false
        }
    }
}

/// What its own daemon knows of a claimed task.
public enum LocalTask: Sendable {
    case absent
    case alive
    case ended(LocalEnding)
}

/// How a claimed task ended in its own daemon.
public enum LocalEnding: Sendable {
    case answered(WorkAnswer)
    /// No agent has begun it.
    case notBegun(reason: String)
}
