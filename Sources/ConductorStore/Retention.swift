import ConductorModel

/// How long what has ended stays readable.
public struct Retention: Hashable, Sendable {
    /// In days; 0 for ever.
    public var maxAgeDays = 30
    /// Of the store in use; 0 without a bound. Past it, the oldest goes first.
    public var maxBytes = 4 << 30

    public init() {}

    /// Rows that go at a time, so that no commit waits long for them.
    public static let stepRows = 200
}

/// One walk through a store for what ended long ago, oldest first. What is older is told by the order of the events,
/// which nobody sets.
///
/// Kept are what has not ended, tasks and workflows that a kept dead letter may send on their way again, and these
/// letters themselves.
public struct RetentionPass: Sendable {
    enum Stage: Hashable {
        case events
        /// Those dispatched alone, from this row on.
        case tasks(after: Int64)
        case workflows(after: Int64)
        case deadLetters(after: Int64)
    }

    /// What ended no later than this event may go.
    public let lastEvent: Int64
    let spared: Set<TaskKey>
    var stage = Stage.events

    init(lastEvent: Int64, spared: Set<TaskKey>) {
        self.lastEvent = lastEvent
        self.spared = spared
    }

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
    public var deadLetters: [DeadLetterID] = []
    /// Events up to this sequence; 0 for none.
    public var lastEvent: Int64 = 0

    public init() {}

    public var isEmpty: Bool { tasks.isEmpty && workflows.isEmpty && deadLetters.isEmpty && lastEvent == 0 }
}
