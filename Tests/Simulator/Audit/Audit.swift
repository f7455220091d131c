import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol

/// What holds whatever happens: each change that the engine decides is held against all that was decided before, and
/// each word that leaves against what is durable.
package struct Audit {
    /// All that the engine has decided, durable or not.
    private(set) var decided = Stored()
    /// What it follows beside the records.
    var course = Course()
    /// The same as the flush under way will leave it, and as it is durable.
    private var flushing = Course()
    private var durable = Course()
    var ledger = Ledger()
    /// All kinds of events that came up.
    private(set) var kinds: Set<EventKind> = []
    /// Every task that was added, in whatever life of the daemon.
    private(set) var taskCount = 0
    /// What this life of the daemon must keep to.
    var presence = Presence()

    /// What an act of the engine was an answer to.
    package struct Occasion {
        var now: Moment
        var configuration: EngineConfiguration
        var isStopping: Bool
        /// Until when may be put off what fell due while nothing could be stored.
        var putOffUntil: Moment
        /// Nothing can be stored, or could be until just now: nobody's silence means anything.
        var isSparing: Bool

        package init(
            now: Moment, configuration: EngineConfiguration, isStopping: Bool, putOffUntil: Moment,
            isSparing: Bool = false
        ) {
            self.now = now
            self.configuration = configuration
            self.isStopping = isStopping
            self.putOffUntil = putOffUntil
            self.isSparing = isSparing
        }
    }

    package init() {}

    /// All that is demanded of agents.
    static let demands = AgentType.allCases.flatMap { type in
        [AgentLabels.none, AgentLabels(Simulator.labels)].map { AgentDemand(type, $0) }
            + Simulator.labels.map { AgentDemand(type, AgentLabels([$0])) }
    }

    /// The engine has decided something.
    package mutating func note(_ effects: Effects, _ occasion: Occasion) throws {
        presence.lostInTurn = []
        let wereThere = Self.demands.filter(isRegistered)
        for change in effects.changes {
            try check(change, occasion)
            decided.apply(change)
            try follow(change, occasion)
        }
        for demand in wereThere where !isRegistered(demand) {
            presence.left[demand] = (occasion.now.persistent, occasion.configuration.grace)
        }
        try checkBreakers(occasion)
        for case .event(let event) in effects.changes where event.kind == .taskStarted {
            if let agent = event.agentID { try checkCapacity(agent) }
        }
    }

    /// Holds a change against what was before it.
    private func check(_ change: Change, _ occasion: Occasion) throws {
        switch change {
        case .taskAdded(let record):
            guard decided.task(record.key) == nil else { throw Violation("\(record.key) was added twice") }
        case .taskUpdated(let record):
            guard let before = decided.task(record.key) else { throw Violation("\(record.key) was never added") }
            try check(record, behind: before)
        case .workflowAdded(let record):
            guard decided.workflow(record.workflowID) == nil else {
                throw Violation("workflow \(record.workflowID) was added twice")
            }
        case .workflowUpdated(let record): try check(record)
        case .event(let event): try check(event)
        case .agentSaved, .agentRemoved, .policySaved, .policyRemoved, .breakerSaved, .deadLetterSaved, .counted: break
        }
    }

    /// Takes a change into what it follows.
    private mutating func follow(_ change: Change, _ occasion: Occasion) throws {
        switch change {
        case .taskAdded(let record):
            taskCount += 1
            try follow(record, occasion)
        case .taskUpdated(let record): try follow(record, occasion)
        case .agentSaved(let state) where state.hasLeft: forget(state.agentID)
        case .agentSaved(let state): try follow(state, occasion)
        case .agentRemoved(let id): forget(id)
        case .breakerSaved(let breaker):
            if breaker.isPristine { course.errors[breaker.agentID]?.inRow = 0 }
        case .event(let event):
            kinds.insert(event.kind)
            try follow(event)
        case .workflowAdded, .workflowUpdated, .policySaved, .policyRemoved, .deadLetterSaved, .counted: break
        }
    }

    private mutating func forget(_ agent: AgentID) {
        course.errors[agent] = nil
        presence.waiting[agent] = nil
    }

    /// Something left the daemon: what it tells must be durable.
    package mutating func note(_ output: Output, durable store: Stored) throws {
        try ledger.note(output, durable: store)
    }

    mutating func noteRecorded(_ result: TaskCompletion, durable store: Stored) throws {
        try ledger.noteRecorded(result, durable: store)
    }

    // MARK: The disk

    mutating func flushBegan() { flushing = course }

    mutating func flushEnded() { durable = flushing }

    /// The daemon died, and all that it had decided is durable.
    package mutating func crashed(_ store: Stored) {
        flushBegan()
        crashed(store, flushReachedDisk: true)
    }

    /// The daemon died; `store` is what it left.
    mutating func crashed(_ store: Stored, flushReachedDisk: Bool) {
        decided = store
        if flushReachedDisk { durable = flushing }
        course = durable
    }
}

/// What is followed beside the records themselves; it goes with them when what was not durable is lost.
struct Course {
    /// Of those that have not ended.
    var workflows: [WorkflowID: WorkflowCourse] = [:]
    var errors: [AgentID: ErrorCourse] = [:]
    /// Tasks that have not ended.
    var open: Set<TaskKey> = []
    var queued: Set<TaskKey> = []
    var running: Set<TaskKey> = []
    /// Since when a task waits for an agent, or an agent has it.
    var since: [TaskKey: Timestamp] = [:]
    /// Keyed acts that were done.
    var acts: Set<String> = []

    mutating func note(_ record: TaskRecord) {
        if record.status.isTerminal { open.remove(record.key) } else { open.insert(record.key) }
        switch record.stage {
        case .queued:
            queued.insert(record.key)
            running.remove(record.key)
        case .running:
            queued.remove(record.key)
            running.insert(record.key)
        case .planned, .retrying, .ended:
            queued.remove(record.key)
            running.remove(record.key)
        }
    }
}
