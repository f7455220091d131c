import ConductorModel

/// An agent as the engine holds it: what the registry shows, and what is needed to give it work.
struct Agent: Sendable {
    enum Presence: Hashable, Sendable {
        case connected(ConnectionID)
        /// Its connection stands, but nothing came for a lease.
        case silent(ConnectionID)
        /// Its connection is gone, or the daemon was started anew and has not seen it yet.
        case away(sinceStart: Bool)
        /// It did not come back within the grace time.
        case lost
    }

    /// Without the lists of its tasks, which would be copied with each state that is stored.
    var state: AgentState
    private var recentlyCompleted: RecentTasks
    private var recentlyFailed: RecentTasks
    var presence: Presence
    /// When a frame of it last came, on the monotonic clock.
    var lastFrameAt: Duration
    /// What it was told as it registered.
    var lease: Duration
    var running = RunningTasks()
    /// Attempts that ended without the agent's answer and still hold their slots.
    var recalled: [AttemptToken] = []
    /// Grows with every task given; the smallest is the least recently used.
    var lastUsed: UInt64 = 0
    var breaker: Breaker {
        didSet { state.breaker = breaker.name }
    }

    init(state: AgentState, presence: Presence, lastFrameAt: Duration, lease: Duration, breaker: Breaker) {
        self.state = state
        self.state.completedTasks = []
        self.state.failedTasks = []
        recentlyCompleted = RecentTasks(state.completedTasks)
        recentlyFailed = RecentTasks(state.failedTasks)
        self.presence = presence
        self.lastFrameAt = lastFrameAt
        self.lease = lease
        self.breaker = breaker
    }

    var connection: ConnectionID? {
        switch presence {
        case .connected(let connection), .silent(let connection): connection
        case .away, .lost: nil
        }
    }

    var isConnected: Bool {
        switch presence {
        case .connected: true
        case .silent, .away, .lost: false
        }
    }

    var isSilent: Bool {
        switch presence {
        case .silent: true
        case .connected, .away, .lost: false
        }
    }

    var isLost: Bool {
        switch presence {
        case .lost: true
        case .connected, .silent, .away: false
        }
    }

    /// Whether it could be given a task now, and if not, why.
    var condition: Condition {
        switch presence {
        case .lost: return .lost
        case .silent, .away: return .disconnected
        case .connected: break
        }
        if state.isDraining { return .draining }
        if state.isPaused { return .paused }
        if breaker.isOpen { return .breakerOpen }
        return running.count + recalled.count < state.capacity ? .free : .full
    }

    enum Condition: Int, CaseIterable {
        case free, full, breakerOpen, paused, draining, disconnected, lost
    }

    var isAvailable: Bool { condition == .free }

    /// What is shown of it: with the tasks that it has, which stand in their own records.
    var shown: AgentState {
        var state = state
        state.running = running.names
        state.completedTasks = recentlyCompleted.inOrder
        state.failedTasks = recentlyFailed.inOrder
        return state
    }

    /// What the registry shows follows from the rest.
    mutating func refresh(at time: Timestamp) {
        switch presence {
        case .connected: state.status = running.isEmpty ? .idle : .running
        case .silent, .away: state.status = .waiting
        case .lost: state.status = .failed
        }
        state.breaker = breaker.name
        state.updatedAt = time
    }

    mutating func note(_ task: TaskID, completed: Bool, keeping limit: Int) {
        if completed {
            state.completedCount += 1
            recentlyCompleted.append(task, keeping: limit)
        } else {
            state.failedCount += 1
            recentlyFailed.append(task, keeping: limit)
        }
    }
}
