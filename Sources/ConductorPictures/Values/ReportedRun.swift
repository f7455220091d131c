import ConductorModel

/// A run of a workflow as a report shows it. Plain values: where they come from is nothing to a picture.
public struct ReportedRun: Sendable {
    public var id: String
    public var name: String
    public var state: RunState
    public var started: Timestamp
    /// Nil until it has ended.
    public var ended: Timestamp?
    /// When these values were read: what runs is drawn up to here.
    public var read: Timestamp
    /// Counts from 1.
    public var rounds = 1
    /// The names of the phases, in their order.
    public var phases: [String] = []
    /// What the gates between phases ask for, from 0 to 1; nil where there are none.
    public var requiredSuccessRate: Double?
    /// How often monitoring may send the run back; 0 for never.
    public var feedbackLimit = 0
    /// How often it did.
    public var feedbackTaken = 0
    /// In the order of the workflow file.
    public var tasks: [ReportedTask] = []
    public var phaseRuns: [ReportedPhaseRun] = []
    public var gates: [ReportedGate] = []
    public var findings: [ReportedFinding] = []
    /// What it gave as a whole, in the order of the workflow file.
    public var outputs: [ReportedOutput] = []
    /// What went wrong beyond the results of tasks.
    public var errors: [ReportedError] = []
    /// Earlier runs of the same name, the newest first.
    public var earlier: [EarlierRun] = []

    public init(id: String, name: String, state: RunState, started: Timestamp, read: Timestamp) {
        self.id = id
        self.name = name
        self.state = state
        self.started = started
        self.read = read
    }

    /// Up to its end, or up to when it was read.
    var duration: Duration { max(.zero, (ended ?? read) - started) }

    var failures: [Int] { tasks.indices.filter { tasks[$0].state == .failed } }
}

/// One passage through a phase.
public struct ReportedPhaseRun: Sendable {
    public var phase: String
    /// Counts from 1.
    public var round: Int
    public var started: Timestamp
    /// Nil while it runs.
    public var ended: Timestamp?
    public var state: TaskState

    public init(phase: String, round: Int, started: Timestamp, ended: Timestamp?, state: TaskState) {
        self.phase = phase
        self.round = round
        self.started = started
        self.ended = ended
        self.state = state
    }
}

/// What a gate between two phases was asked, and what it said.
public struct ReportedGate: Sendable {
    public enum Decision: String, Hashable, Sendable, CaseIterable {
        case passed, held, blocked, approved, denied

        public var mark: Mark {
            switch self {
            case .passed: Mark("✓", rawValue, .good)
            case .held: Mark("‖", rawValue, .doubtful)
            case .blocked: Mark("✗", rawValue, .bad)
            case .approved: Mark("✓", rawValue, .doubtful)
            case .denied: Mark("✗", rawValue, .bad)
            }
        }
    }

    /// The phase before it.
    public var phase: String
    /// Counts from 1.
    public var round: Int
    public var decision: Decision
    /// Of the phase before it.
    public var succeeded: Int
    public var failed: Int

    public init(phase: String, round: Int, decision: Decision, succeeded: Int, failed: Int) {
        self.phase = phase
        self.round = round
        self.decision = decision
        self.succeeded = succeeded
        self.failed = failed
    }
}

/// What a monitor found.
public struct ReportedFinding: Sendable {
    /// In which it was found. Counts from 1; nil where that is not known.
    public var round: Int?
    public var severity: FindingSeverity
    /// The task or the agent that found it.
    public var source: String
    public var findings: [String]
    public var recommendations: [String] = []
    /// It sent the run back to development.
    public var beganRound = false

    public init(round: Int?, severity: FindingSeverity, source: String, findings: [String]) {
        self.round = round
        self.severity = severity
        self.source = source
        self.findings = findings
    }
}

/// What a run gave under a name.
public struct ReportedOutput: Sendable {
    public enum Content: Hashable, Sendable {
        case value(String)
        /// Its expression led nowhere; the reason, for people.
        case missing(String)
    }

    public var name: String
    public var content: Content

    public init(name: String, content: Content) {
        self.name = name
        self.content = content
    }
}

/// What went wrong in a run.
public struct ReportedError: Sendable {
    /// Counts from 1.
    public var round: Int
    /// The id of the task that it concerns; nil for the run itself.
    public var task: String?
    public var code: String
    public var message: String

    public init(round: Int, task: String?, code: String, message: String) {
        self.round = round
        self.task = task
        self.code = code
        self.message = message
    }
}

/// An earlier run of the same name.
public struct EarlierRun: Sendable {
    public var id: String
    public var started: Timestamp
    public var duration: Duration
    public var state: RunState

    public init(id: String, started: Timestamp, duration: Duration, state: RunState) {
        self.id = id
        self.started = started
        self.duration = duration
        self.state = state
    }
}
