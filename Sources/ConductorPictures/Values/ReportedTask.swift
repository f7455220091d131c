import ConductorModel

/// A task of a run with all that a picture of it may show.
public struct ReportedTask: Sendable {
    public var id: String
    public var name: String
    public var type: String
    /// Nil where no phase takes it, so that it never runs.
    public var phase: String?
    /// The ids of tasks that have to succeed before it.
    public var dependsOn: [String] = []
    public var state: TaskState = .waiting
    /// Of its last result, or the one it is in. Counts from 1.
    public var round = 1
    public var created: Timestamp?
    /// Those that are known, in the order of their numbers.
    public var attempts: [ReportedAttempt] = []
    /// How many there were; more than are known, where only the last one is told.
    public var attemptCount = 0
    public var errorCode: String?
    public var errorMessage: String?
    /// Why it waits, for people.
    public var waitingFor: String?
    /// The last lines that it logged.
    public var logTail: [String] = []
    /// Nil where the size is not known.
    public var outputBytes: Int?
    /// Of the last attempt, where its times are not known.
    public var duration: Duration?

    public init(id: String, name: String, type: String, phase: String?) {
        self.id = id
        self.name = name
        self.type = type
        self.phase = phase
    }
}

/// One handing of a task to an agent.
public struct ReportedAttempt: Sendable {
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        case running, succeeded, failed, rejected, cancelled

        public var mark: Mark {
            switch self {
            case .running: Mark("▸", rawValue, .busy)
            case .succeeded: Mark("✓", rawValue, .good)
            case .failed: Mark("✗", rawValue, .bad)
            case .rejected: Mark("✗", rawValue, .bad)
            case .cancelled: Mark("⊘", rawValue, .doubtful)
            }
        }
    }

    /// Counts from 1 over all rounds.
    public var number: Int
    /// Counts from 1.
    public var round = 1
    public var agent: String
    public var outcome: Outcome
    /// When it could have begun: what lies before `assigned` it waited for an agent or for its retry.
    public var due: Timestamp?
    public var assigned: Timestamp?
    public var started: Timestamp?
    /// Nil while it runs.
    public var ended: Timestamp?
    public var errorCode: String?
    public var errorMessage: String?

    public init(number: Int, agent: String, outcome: Outcome) {
        self.number = number
        self.agent = agent
        self.outcome = outcome
    }

    /// When the agent had it.
    var begun: Timestamp? { started ?? assigned }
}
