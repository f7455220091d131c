import ConductorModel
import ConductorProtocol

/// What the engine wants done in answer to one input.
public struct Effects: Sendable {
    /// To be made durable, together, before any of `outputs` leaves.
    public var changes: [Change] = []
    /// To be let out in this order.
    public var outputs: [Output] = []

    public init() {}
}

public indirect enum Output: Sendable {
    case reply(Caller, Result<Reply, Refusal>)
    case notify(ConnectionID, Notification)
    /// A durable event: for the journal and for subscribers.
    case event(EventRecord)
    /// What the attempt of this token, of a task of user `uid`, says.
    case live(LiveEvent, token: AttemptToken, uid: UInt32)
    /// The lines of a log are read, and the caller is answered with them.
    case log(Caller, TaskLogRead)
    /// Every event behind `sequence` belongs to the new subscription; answered with `snapshot`.
    case subscribe(Caller, EventFilter, sequence: Int64, snapshot: EventSnapshot)
    case unsubscribe(Caller, subscription: String)
    /// An error that is neither retried nor anybody's data.
    case escalate(Escalation)
    /// For the journal: the policies are other ones from now on.
    case policyRegistered(Policy)
    case policyUnregistered(Policy.Kind)
}

/// The log of one attempt, as it is asked for.
public struct TaskLogRead: Sendable {
    public var key: TaskKey
    /// Nil where the task has had no attempt.
    public var attempt: Attempt?
    /// More lines may come.
    public var isRunning: Bool
    public var range: LogRange
}

/// What is told on the channel `conductor:errors` and in the journal.
public struct Escalation: Sendable {
    public var key: TaskKey
    public var agentID: AgentID?
    public var errorCode: String
    public var message: String

    public init(key: TaskKey, agentID: AgentID?, errorCode: String, message: String) {
        self.key = key
        self.agentID = agentID
        self.errorCode = errorCode
        self.message = message
    }
}
