import ConductorModel

/// What may fall due.
enum Deadline: Equatable, Sendable {
    /// The agent's lease ends, or its grace time.
    case presence(AgentID)
    /// The task has run, or waited for an agent or for its next attempt, long enough: its stage says which.
    case task(TaskHandle)
    /// A cancelled attempt gives its slot back, answered or not.
    case slot(AgentID, AttemptToken)
    /// The agent's breaker lets work through on trial.
    case breaker(AgentID)
    /// Workflows may have waited long enough since the last agent that meets the demand left.
    case stranded(AgentDemand)
    /// The workflow's tasks have waited long enough for an agent that meets the demand to be registered.
    case agentWait(WorkflowID, AgentDemand)
    /// Tasks of the workflow are to be started that one turn had no room for.
    case advance(WorkflowID)
    /// Nobody has responded to a request on the bus.
    case busRequest(UInt64)
}

extension Deadline {
    /// Whether it is put off while nothing can be stored: agents are not answered then, and what they have done is not
    /// taken, so that their silence means nothing.
    var waitsForStore: Bool {
        switch self {
        case .presence, .task, .stranded, .agentWait: true
        case .slot, .breaker, .advance, .busRequest: false
        }
    }
}

extension Deadline: Hashable {
    func hash(into hasher: inout Hasher) {
        switch self {
        case .presence(let id), .breaker(let id): hasher.combine(id)
        case .task(let task): hasher.combine(task)
        // No two attempts have the same token.
        case .slot(_, let token): hasher.combine(token.low)
        case .stranded(let demand): hasher.combine(demand)
        case .agentWait(let id, _), .advance(let id): hasher.combine(id)
        case .busRequest(let number): hasher.combine(number)
        }
    }
}

/// All that falls due, on the monotonic clock; what falls due at the same time does so in the order in which it was set.
struct Deadlines: Sendable {
    /// Nothing else is set and removed as often as the tasks' deadlines.
    private var tasks = IndexedHeap<TaskPositions, Due>()
    private var others = IndexedHeap<[Deadline: Int], Due>()
    private var order: UInt64 = 0

    /// When the first one is due.
    var earliest: Duration? {
        switch (tasks.first?.priority, others.first?.priority) {
        case (let task?, let other?): min(task, other).time
        case (let due?, nil), (nil, let due?): due.time
        case (nil, nil): nil
        }
    }

    /// Sets or moves a deadline.
    mutating func set(_ deadline: Deadline, due time: Duration) {
        let due = Due(time: time, order: order)
        order += 1
        if case .task(let task) = deadline {
            tasks.set(task, priority: due)
        } else {
            others.set(deadline, priority: due)
        }
    }

    mutating func remove(_ deadline: Deadline) {
        if case .task(let task) = deadline { tasks.remove(task) } else { others.remove(deadline) }
    }

    /// Takes out the first one that is due by `now`.
    mutating func popDue(by now: Duration) -> Deadline? {
        if let task = tasks.first, others.first.map({ task.priority < $0.priority }) ?? true {
            guard task.priority.time <= now else { return nil }
            tasks.remove(task.key)
            return .task(task.key)
        }
        guard let other = others.first, other.priority.time <= now else { return nil }
        others.remove(other.key)
        return other.key
    }
}

/// A time, and the order in which things were set to it.
struct Due: Comparable, Sendable {
    let time: Duration
    let order: UInt64

    static func < (a: Self, b: Self) -> Bool { a.time != b.time ? a.time < b.time : a.order < b.order }
}
