/// How many of each there are; what is terminal counts as long as it is kept.
public struct StatusCounts: Equatable, Sendable {
    public var events: Int64 = 0
    public var agents = CountByStatus<AgentStatus>()
    public var tasks = CountByStatus<TaskStatus>()
    public var workflows = CountByStatus<WorkflowStatus>()
    public var queued = 0
    public var deadLetters = 0
    /// How many workflows were ever begun: the number of the last one.
    public var runs = 0

    public init() {}
}

/// A status that is counted by.
public protocol CountedStatus: Vocabulary {
    /// Its place among all of its kind, from 0.
    var index: Int { get }
}

/// How many there are of each status, of which there are eight at most.
public struct CountByStatus<Status: CountedStatus>: Sendable {
    private var counts = InlineArray<8, Int>(repeating: 0)

    public init() {}

    public subscript(status: Status) -> Int {
        get { counts[status.index] }
        set { counts[status.index] = newValue }
    }
}

extension CountByStatus: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Status, Int)...) {
        for (status, count) in elements { self[status] = count }
    }
}

extension CountByStatus: Equatable {
    public static func == (a: Self, b: Self) -> Bool {
        a.counts.indices.allSatisfy { a.counts[$0] == b.counts[$0] }
    }
}

extension AgentStatus: CountedStatus {
    public var index: Int {
        switch self {
        case .idle: 0
        case .running: 1
        case .waiting: 2
        case .completed: 3
        case .failed: 4
        case .cancelled: 5
        }
    }
}

extension TaskStatus: CountedStatus {
    public var index: Int {
        switch self {
        case .pending: 0
        case .inProgress: 1
        case .completed: 2
        case .failed: 3
        case .blocked: 4
        case .skipped: 5
        case .cancelled: 6
        }
    }
}
