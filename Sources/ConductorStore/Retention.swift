import ConductorModel

/// How long what has ended stays readable.
public struct Retention: Hashable, Sendable {
    /// In days; 0 for ever.
    public var maxAgeDays = 30
    /// Of the store in use; 0 without a bound. Past it, the oldest goes first.
    public var maxBytes = 4 << 30

    /// In days; 0 for ever. Older dead letters are discarded.
    public var maxDeadLetterAgeDays = 90
    /// 0 without a bound. Past it, the oldest dead letters are discarded.
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

/// One walk through a store for what ended long ago, oldest first. What is older is told by the order of the events,
/// which nobody sets.
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
    }

    /// What ended no later than this event may go.
    public let lastEvent: Int64
    let spared: Set<TaskKey>
    var stage = Stage.tasks(after: 0)

    init(lastEvent: Int64, spared: Set<TaskKey>) {
        self.lastEvent = lastEvent
        self.spared = spared
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
