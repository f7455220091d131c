import ConductorEngine
import ConductorJSON
import ConductorModel

/// An engine with a clock that the test moves, dice that always fall alike, and a memory of what came out.
struct Scene {
    var engine: Engine
    var now = Moment(monotonic: .seconds(1000), wall: Timestamp(microseconds: 1_790_000_000_000_000))
    var random = CountingRandom()
    /// All that came out, in order.
    private(set) var outputs: [Output] = []
    private(set) var changes: [Change] = []
    /// What a store would hold.
    private(set) var stored = Stored()
    private var requests: Int64 = 0

    static let root = Peer(uid: 0, gid: 0, pid: 1, role: .admin)
    static let alice = Peer(uid: 1000, gid: 1000, pid: 100, role: .operator)
    static let bob = Peer(uid: 1001, gid: 1001, pid: 101, role: .operator)

    init(_ configure: (inout EngineConfiguration) -> Void = { _ in }) {
        var configuration = EngineConfiguration(version: "test")
        configure(&configuration)
        engine = Engine(configuration: configuration, restoring: DurableState(), at: now)
    }

    /// Handles an input; gives what came out of it.
    @discardableResult
    mutating func feed(_ input: Input) -> [Output] {
        let effects = engine.handle(input, at: now, random: &random)
        changes += effects.changes
        outputs += effects.outputs
        for change in effects.changes { stored.apply(change) }
        return effects.outputs
    }

    /// Sends a request and gives its answer; nil while it has none.
    @discardableResult
    mutating func ask(
        _ request: Request, on connection: UInt64 = 1, as peer: Peer = Scene.alice
    ) -> Result<Reply, Refusal>? {
        let caller = send(request, on: connection, as: peer)
        return answer(to: caller)
    }

    /// Sends a request whose answer may come later.
    mutating func send(_ request: Request, on connection: UInt64 = 1, as peer: Peer = Scene.alice) -> Caller {
        requests += 1
        let caller = Caller(connection: ConnectionID(connection), request: .integer(requests), peer: peer)
        feed(.request(request, caller, stored.answer(engine.lookup(for: request))))
        return caller
    }

    func answer(to caller: Caller) -> Result<Reply, Refusal>? {
        for case .reply(caller, let outcome) in outputs { return outcome }
        return nil
    }

    /// Lets time pass, falling due by falling due.
    mutating func wait(_ duration: Duration) {
        let end = now.monotonic + duration
        while let next = engine.nextDeadline, next <= end {
            move(to: max(next, now.monotonic))
            feed(.tick)
        }
        move(to: end)
    }

    private mutating func move(to time: Duration) {
        now.wall = now.wall + (time - now.monotonic)
        now.monotonic = time
    }

    /// The daemon dies and is started anew after `pause`, with what is stored.
    mutating func restart(after pause: Duration = .zero) {
        now.wall = now.wall + pause
        now.monotonic = .seconds(10)
        engine = Engine(configuration: engine.configuration, restoring: stored.state, at: now)
    }

    // MARK: What came out

    var events: [EventRecord] {
        outputs.compactMap { output in
            if case .event(let event) = output { event } else { nil }
        }
    }

    var kinds: [EventKind] { events.map(\.kind) }

    /// The orders that went to agents, oldest first.
    var assignments: [TaskAssignment] {
        outputs.compactMap { output in
            if case .notify(_, .execute(let assignment)) = output { assignment } else { nil }
        }
    }

    mutating func clearOutputs() {
        outputs = []
        changes = []
    }
}

/// 1, 2, 3 …
struct CountingRandom: RandomNumberGenerator {
    private var value: UInt64 = 0

    mutating func next() -> UInt64 {
        value += 1
        return value
    }
}

/// What a store keeps, in memory.
struct Stored {
    private(set) var agents: [AgentID: AgentState] = [:]
    private(set) var policies: [Policy] = []
    private(set) var workflows: [WorkflowRecord] = []
    private(set) var tasks: [TaskRecord] = []
    private(set) var events: [EventRecord] = []
    private(set) var counts = StatusReport.Counts()

    mutating func apply(_ change: Change) {
        switch change {
        case .taskAdded(let record): tasks.append(record)
        case .taskUpdated(let record):
            if let index = tasks.firstIndex(where: { $0.key == record.key }) { tasks[index] = record }
        case .workflowAdded(let record): workflows.append(record)
        case .workflowUpdated(let record):
            if let index = workflows.firstIndex(where: { $0.workflowID == record.workflowID }) {
                workflows[index] = record
            }
        case .agentSaved(let state): agents[state.agentID] = state
        case .agentRemoved(let id): agents[id] = nil
        case .policySaved(let policy):
            policies.removeAll { $0.kind == policy.kind }
            policies.append(policy)
        case .policyRemoved(let kind): policies.removeAll { $0.kind == kind }
        case .event(let event): events.append(event)
        case .counted(let counts): self.counts = counts
        }
    }

    func answer(_ lookup: Lookup) -> Known {
        switch lookup {
        case .nothing, .process: return .nothing
        case .task(let key): return tasks.first { $0.key == key }.map(Known.task) ?? .nothing
        case .attempt(let id, let token):
            let record =
                tasks.first { $0.key.taskID == id && $0.attempts.contains { $0.token == token } }
                ?? tasks.last { $0.key.taskID == id }
            return record.map(Known.task) ?? .nothing
        case .workflow(let id):
            guard let record = workflows.first(where: { $0.workflowID == id }) else { return .nothing }
            return .workflow(record, tasks.filter { $0.key.workflowID == id })
        case .tasks: return .tasks(tasks, nextCursor: nil)
        case .workflows: return .workflows(workflows, nextCursor: nil)
        }
    }

    var state: DurableState {
        var state = DurableState()
        state.agents = agents.values.sorted { $0.agentID < $1.agentID }
        state.policies = policies
        state.workflows = workflows.filter { !$0.status.isTerminal }
        let live = Set(state.workflows.map(\.workflowID))
        state.tasks = tasks.filter { task in
            !task.status.isTerminal || task.key.workflowID.map(live.contains) ?? false
        }
        state.counts = counts
        state.lastSequence = events.last?.sequence ?? 0
        return state
    }
}
