import ConductorJSON

/// A task with all that must survive a restart.
public struct TaskRecord: Sendable {
    /// Where a task is on its way.
    public enum Stage: Sendable {
        /// Its turn in its workflow has not come.
        case planned
        /// It waits for an agent, until then at most. This and the other deadlines are of a clock that nobody sets.
        case queued(since: Timestamp, until: Timestamp)
        /// The last of `attempts` is with its agent.
        case running(deadline: Timestamp)
        /// The last attempt failed; another one follows.
        case retrying(at: Timestamp)
        indirect case ended(Outcome)
    }

    public struct Outcome: Sendable {
        public let result: TaskResult
        /// Set where whoever waits for a single dispatch is told an error rather than the result.
        public let refusal: Refusal.Code?

        public init(result: TaskResult, refusal: Refusal.Code? = nil) {
            self.result = result
            self.refusal = refusal
        }
    }

    public let key: TaskKey
    public let definition: TaskDefinition
    public let ownerUID: UInt32
    public let createdAt: Timestamp
    public var stage: Stage
    /// Oldest first, over all iterations; the newest `keptAttempts`.
    public var attempts: [Attempt] = []
    /// Counts the feedback loops and retries by hand that ran this task anew.
    public var iteration = 0
    /// Attempts of this iteration that count against the retry budget.
    public var failedAttempts = 0
    /// How often agents gave it back unbegun in this iteration.
    public var returns = 0
    /// The input with its expressions evaluated; nil while they are not, or where there are none.
    public var resolvedInput: JSONText?
    /// How long it may wait for an agent, each time.
    public var queueTimeout: Duration

    public init(
        key: TaskKey, definition: TaskDefinition, ownerUID: UInt32, createdAt: Timestamp, stage: Stage,
        queueTimeout: Duration
    ) {
        self.key = key
        self.definition = definition
        self.ownerUID = ownerUID
        self.createdAt = createdAt
        self.stage = stage
        self.queueTimeout = queueTimeout
    }

    public var status: TaskStatus {
        switch stage {
        case .planned, .queued, .retrying: .pending
        case .running: .inProgress
        case .ended(let outcome): outcome.result.status
        }
    }

    /// Nil until the task has ended.
    public var outcome: Outcome? {
        switch stage {
        case .ended(let outcome): outcome
        case .planned, .queued, .running, .retrying: nil
        }
    }

    public var isRunning: Bool {
        switch stage {
        case .running: true
        case .planned, .queued, .retrying, .ended: false
        }
    }

    public var isQueued: Bool {
        switch stage {
        case .queued: true
        case .planned, .running, .retrying, .ended: false
        }
    }

    /// So many attempts are known; the numbers of later ones go on.
    public static let keptAttempts = 1_000

    /// Those that are known no longer among them.
    public var attemptCount: Int { attempts.last?.number ?? 0 }

    /// What the agent is given.
    public var input: JSONText { resolvedInput ?? definition.inputData }
}
