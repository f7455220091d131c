import ConductorJSON

/// A closed set of words on the wire.
public protocol Vocabulary: RawRepresentable<String>, CaseIterable, Hashable, Sendable, JSONReadable, JSONWritable {}

extension Vocabulary {
    /// All of them, as they are written.
    package static var words: [String] { allCases.map(\.rawValue) }

    public init(json: JSONValue) throws(JSONFieldError) {
        guard let value = json.string.flatMap(Self.init) else {
            let suggestion = json.string?.suggestion(among: Self.words) ?? ""
            throw JSONFieldError(reason: "must be one of \(Self.words.joined(separator: ", "))" + suggestion)
        }
        self = value
    }

    public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

/// What an agent is for.
public enum AgentType: String, Vocabulary {
    case coding, review
    case testData = "test_data"
    case test, devops, deploying, monitor

    /// The phase that takes this type's tasks.
    public var phase: Phase {
        switch self {
        case .coding, .review, .testData, .test: .development
        case .devops, .deploying: .devops
        case .monitor: .monitoring
        }
    }
}

/// A stage of a workflow.
public enum Phase: String, Vocabulary {
    case development, devops, monitoring

    /// The types whose tasks belong to this phase.
    public var agentTypes: [AgentType] { AgentType.allCases.filter { $0.phase == self } }
}

public enum AgentStatus: String, Vocabulary {
    case idle, running, waiting, completed, failed, cancelled
}

public enum TaskStatus: String, Vocabulary {
    case pending
    case inProgress = "in_progress"
    case completed, failed, blocked, skipped, cancelled

    /// Nothing changes any more, but for a new iteration.
    public var isTerminal: Bool {
        switch self {
        case .pending, .inProgress, .blocked: false
        case .completed, .failed, .skipped, .cancelled: true
        }
    }
}

/// Workflows share the tasks' vocabulary.
public typealias WorkflowStatus = TaskStatus

public enum Priority: String, Vocabulary, Comparable {
    case low, medium, high, critical

    /// 0 for the least urgent.
    public var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

public enum Severity: String, Vocabulary {
    case info, warning, error, critical

    /// Feedback this grave starts the loop back to development by itself.
    public var startsFeedbackLoop: Bool {
        switch self {
        case .info, .warning: false
        case .error, .critical: true
        }
    }
}
