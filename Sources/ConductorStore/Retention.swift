import ConductorModel

/// How long what has ended stays readable.
public struct Retention: Hashable, Sendable {
    /// In days; 0 for ever.
    public var maxAgeDays = 30
    /// Of the store in use; 0 without a bound. Past it goes the oldest of whoever has the most.
    public var maxBytes = 4 << 30

    /// In days; 0 for ever. Older dead letters are discarded.
    public var maxDeadLetterAgeDays = 90
    /// 0 without a bound. Past it, the oldest dead letters of whoever has the most are discarded.
    public var maxDeadLetters = 100_000

    /// Bytes of what tasks have logged, of one uid and of all; 0 without a bound. Past it, the oldest logs go first.
    public var maxLogBytesPerUID = 256 << 20
    public var maxLogBytes = 1 << 30

    public init() {}

    /// Rows that go at a time, so that no commit waits long for them.
    public static let stepRows = 200
    /// Bytes that go at a time; a single row may have more.
    public static let stepBytes = 16 << 20
}

extension Retention {
    /// How many kept dead letters each user loses at a time, where all have too many: whoever has the most loses one
    /// first.
    func surplus(of letters: [UInt32: Int]) -> [UInt32: Int] {
        guard maxDeadLetters > 0 else { return [:] }
        let surplus = min(letters.values.reduce(0, +) - maxDeadLetters, Self.stepRows)
        var left = letters, lost: [UInt32: Int] = [:]
        for _ in 0..<max(0, surplus) {
            guard let (uid, count) = left.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { break }
            left[uid] = count - 1
            lost[uid, default: 0] += 1
        }
        return lost
    }
}

/// One walk through a store for what may go: for its age, oldest first, or for its size, of whoever has the most. What
/// is older is told by the order of the events, which nobody sets.
///
/// Kept are what has not ended, tasks and workflows that a kept dead letter may send on their way again, and these
/// letters themselves.
public struct RetentionPass: Sendable {
    enum Stage: Hashable {
        /// Those dispatched alone, from this row on.
        case tasks(after: Int64)
        case workflows(after: Int64)
        case deadLetters(after: Int64)
        /// The last: where they are gone, the pass has come to its end.
        case events
        /// All of a pass for size.
        case surplus(Surplus)
    }

    /// What ended no later than this event may go for its age; 0 where the pass is for size.
    public let lastEvent: Int64
    let sparedTasks: Set<TaskKey>
    let sparedWorkflows: Set<WorkflowID>
    var stage: Stage

    init(lastEvent: Int64, spared: Set<TaskKey>, stage: Stage = .tasks(after: 0)) {
        self.lastEvent = lastEvent
        sparedTasks = spared
        sparedWorkflows = Set(spared.compactMap(\.workflowID))
        self.stage = stage
    }

    /// Whether it looks at other rows.
    public func isFurther(than pass: RetentionPass) -> Bool { stage != pass.stage }

    func moved(to stage: Stage) -> RetentionPass {
        var pass = self
        pass.stage = stage
        return pass
    }
}

/// What a step of a pass may remove.
public struct Expired: Sendable {
    public var tasks: [TaskKey] = []
    /// With their tasks.
    public var workflows: [WorkflowID] = []
    /// Tasks of a workflow that is too large to go at once; without all its tasks it counts as gone.
    public var parts: [WorkflowPart] = []
    public var deadLetters: [DeadLetterID] = []
    /// Events up to this sequence; 0 for none.
    public var lastEvent: Int64 = 0

    public init() {}

    public var isEmpty: Bool {
        tasks.isEmpty && workflows.isEmpty && parts.isEmpty && deadLetters.isEmpty && lastEvent == 0
    }
}

/// The first tasks of a workflow, by the order of their ids.
public struct WorkflowPart: Hashable, Sendable {
    public var workflowID: WorkflowID
    let firstThatStays: String
}
