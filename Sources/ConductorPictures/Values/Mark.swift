/// How a state looks: the symbol and the word say what the tone, which is a colour, only repeats.
public struct Mark: Hashable, Sendable {
    /// Also the class by which the stylesheet colours it.
    public enum Tone: String, Sendable {
        case good, bad, doubtful, busy, faint
    }

    public let symbol: String
    public let word: String
    public let tone: Tone

    package init(_ symbol: String, _ word: String, _ tone: Tone) {
        self.symbol = symbol
        self.word = word
        self.tone = tone
    }
}

/// How a run is, or how it ended. One in which a task failed has not succeeded.
public enum RunState: String, Hashable, Sendable, CaseIterable {
    case running, paused, held, succeeded, failed, cancelled

    public var mark: Mark {
        switch self {
        case .running: Mark("▸", rawValue, .busy)
        case .paused: Mark("‖", rawValue, .doubtful)
        case .held: Mark("‖", rawValue, .doubtful)
        case .succeeded: Mark("✓", rawValue, .good)
        case .failed: Mark("✗", rawValue, .bad)
        case .cancelled: Mark("⊘", rawValue, .doubtful)
        }
    }

    public var hasEnded: Bool {
        switch self {
        case .running, .paused, .held: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}

/// How a task is, or how it ended.
public enum TaskState: String, Hashable, Sendable, CaseIterable {
    // From the worst to the best, which is their order in lists of counts too.
    case failed, cancelled, skipped, running, waiting, succeeded

    public var mark: Mark {
        switch self {
        case .failed: Mark("✗", rawValue, .bad)
        case .cancelled: Mark("⊘", rawValue, .doubtful)
        case .skipped: Mark("–", rawValue, .faint)
        case .running: Mark("▸", rawValue, .busy)
        case .waiting: Mark("○", rawValue, .faint)
        case .succeeded: Mark("✓", rawValue, .good)
        }
    }
}

/// The severity of a finding.
public enum FindingSeverity: String, Hashable, Sendable, CaseIterable {
    case info, warning, error, critical

    public var mark: Mark {
        switch self {
        case .info: Mark("·", rawValue, .faint)
        case .warning: Mark("△", rawValue, .doubtful)
        case .error: Mark("✗", rawValue, .bad)
        case .critical: Mark("✗✗", rawValue, .bad)
        }
    }
}
