import ConductorModel

/// All agents, by id and by connection, and for each type those that could be given a task.
///
/// Each agent stands in its type's tally once, in the condition that it is in, and among the free ones exactly while it
/// could be given a task.
struct Fleet: Sendable {
    private var agents: [Agent?] = []
    private var vacant: [Int] = []
    private var indices: [AgentID: Int] = [:]
    private var lines: [ConnectionID: AgentLine] = [:]
    private var types = ByAgentType(TypeIndex())
    private(set) var statuses = CountByStatus<AgentStatus>()
    private(set) var openBreakers = 0
    /// Connections that stand, and the agents that have since registered on others.
    private var superseded: [ConnectionID: Set<AgentID>] = [:]
    private static let rememberedPerConnection = 256
    /// Counts what is used, and what is put on a connection.
    private var uses: UInt64 = 0

    var count: Int { indices.count }

    /// Every agent, sorted by id.
    var sorted: [Agent] { agents.compactMap { $0.map(current) }.sorted { $0.state.agentID < $1.state.agentID } }

    /// As it was when it was last changed; what its connection has said since stands in `current`.
    subscript(id: AgentID) -> Agent? { indices[id].flatMap { agents[$0] } }

    func contains(_ id: AgentID) -> Bool { indices[id] != nil }

    /// The agent with what its connection has said last.
    func current(_ id: AgentID) -> Agent? { self[id].map(current) }

    /// What is shown of an agent.
    func shown(_ id: AgentID) -> AgentState? { current(id)?.shown }

    func type(of id: AgentID) -> AgentType? { indices[id].flatMap { agents[$0]?.state.agentType } }

    func owner(of id: AgentID) -> UInt32? { indices[id].flatMap { agents[$0]?.state.ownerUID } }

    func breaker(of id: AgentID) -> Breaker? { indices[id].flatMap { agents[$0]?.breaker } }

    func connection(of id: AgentID) -> ConnectionID? { indices[id].flatMap { agents[$0]?.connection } }

    /// Those on a connection, in the order in which they came.
    func agents(on connection: ConnectionID) -> [AgentID] { lines[connection]?.agents ?? [] }

    /// How many agents of a type there are in each condition.
    func tally(of type: AgentType) -> AgentTally { types[type].tally }

    /// The agent that is to get the next task of a type: of those available one whose breaker is closed before one
    /// on trial, and then the least recently used.
    func choose(_ type: AgentType) -> AgentID? { types[type].free.first?.key }

    /// Whether the agent was on the connection once, and has registered on another since: two programs have its id.
    func isSuperseded(_ id: AgentID, on connection: ConnectionID) -> Bool {
        superseded[connection]?.contains(id) == true
    }
}

// MARK: - Coming and going

extension Fleet {
    /// An agent registers, for the first time or anew.
    mutating func insert(_ agent: Agent) {
        let id = agent.state.agentID
        if let former = self[id]?.connection { supersede(id, on: former) }
        if let connection = agent.connection { superseded[connection]?.remove(id) }
        remove(id)
        let index = vacant.popLast() ?? agents.count
        if index == agents.count { agents.append(nil) }
        agents[index] = agent
        indices[id] = index
        if let connection = agent.connection { attach(agent, to: connection) }
        enter(Standing(agent))
    }

    /// Programs have few agents on a connection: a connection that lost more than it may remember is not told of them.
    private mutating func supersede(_ id: AgentID, on connection: ConnectionID) {
        guard superseded[connection, default: []].count < Self.rememberedPerConnection else { return }
        superseded[connection, default: []].insert(id)
    }

    mutating func remove(_ id: AgentID) {
        guard let index = indices.removeValue(forKey: id), let agent = agents[index] else { return }
        agents[index] = nil
        vacant.append(index)
        leave(Standing(agent))
        detach(agent)
    }

    /// An agent that is neither connected nor silent is not reached by what comes on the connection it had.
    mutating func setPresence(_ id: AgentID, _ presence: Agent.Presence) {
        guard let index = indices[id], let before = agents[index] else { return }
        var agent = current(before)
        agent.presence = presence
        detach(before)
        agents[index] = agent
        if let connection = agent.connection { attach(agent, to: connection) }
        move(from: Standing(before), to: Standing(agent))
    }

    mutating func forget(_ connection: ConnectionID) {
        superseded[connection] = nil
    }
}

// MARK: - What an agent has to do, and how it did

extension Fleet {
    /// The agent is given a task; all others that are free are chosen before it from now on.
    mutating func assign(_ task: TaskHandle, _ name: TaskID, to id: AgentID) {
        uses += 1
        let use = uses
        update(id) { agent in
            agent.lastUsed = use
            agent.running.append(task, name)
        }
    }

    /// A task that was restored is with the agent.
    mutating func restore(_ task: TaskHandle, _ name: TaskID, with id: AgentID) {
        update(id) { agent in
            agent.running.append(task, name)
            agent.refresh(at: agent.state.updatedAt)
        }
    }

    /// The agent has the task no longer.
    /// - Parameter token: the attempt that goes on holding its slot if the agent is there, because nobody knows whether
    ///   it has stopped.
    /// - Returns: whether the slot is held.
    mutating func unassign(_ task: TaskHandle, from id: AgentID, holdingSlot token: AttemptToken?) -> Bool {
        var isHeld = false
        update(id) { agent in
            agent.running.remove(task)
            guard let token, agent.isConnected else { return }
            agent.recalled.append(token)
            isHeld = true
        }
        return isHeld
    }

    /// The slot that an attempt held is free.
    /// - Returns: false where it held none.
    mutating func freeSlot(_ token: AttemptToken, of id: AgentID) -> Bool {
        guard let index = indices[id], agents[index]?.recalled.contains(token) == true else { return false }
        update(id) { $0.recalled.removeAll { $0 == token } }
        return true
    }

    /// Attempts that ended hold no slots any more.
    mutating func freeSlots(of id: AgentID) {
        update(id) { $0.recalled = [] }
    }

    mutating func note(_ task: TaskID, completed: Bool, by id: AgentID, keeping limit: Int) {
        guard let index = indices[id] else { return }
        agents[index]?.note(task, completed: completed, keeping: limit)
    }

    mutating func countError(of id: AgentID) {
        guard let index = indices[id] else { return }
        agents[index]?.state.errorCount += 1
    }

    mutating func pause(_ id: AgentID) {
        update(id) { $0.state.isPaused = true }
    }

    /// Ends a drain, too.
    mutating func resume(_ id: AgentID) {
        update(id) { agent in
            agent.state.isPaused = false
            agent.state.isDraining = false
        }
    }

    mutating func drain(_ id: AgentID) {
        update(id) { $0.state.isDraining = true }
    }

    /// The breaker of an agent that is here; of others nothing is kept.
    mutating func set(_ breaker: Breaker) {
        update(breaker.agentID) { $0.breaker = breaker }
    }

    /// Brings what is shown of an agent up to date.
    /// - Returns: what is to be stored of it: all but the lists of its tasks.
    mutating func refresh(_ id: AgentID, at time: Timestamp) -> AgentState? {
        guard let index = indices[id], let before = agents[index]?.state.status else { return nil }
        if let heard = lastFrame(of: index) {
            agents[index]?.lastFrameAt = heard.monotonic
            agents[index]?.state.lastHeartbeat = heard.wall
        }
        agents[index]?.refresh(at: time)
        if let after = agents[index]?.state.status, after != before {
            statuses[before] -= 1
            statuses[after] += 1
        }
        return agents[index]?.state
    }

    /// Changes what does not bear on type or connection.
    private mutating func update(_ id: AgentID, _ body: (inout Agent) -> Void) {
        guard let index = indices[id], let before = agents[index].map(Standing.init) else { return }
        agents[index]?.apply(body)
        if let after = agents[index].map(Standing.init) { move(from: before, to: after) }
    }
}

// MARK: - Connections

extension Fleet {
    /// What is known of a connection that agents are on.
    private struct AgentLine: Sendable {
        /// When a frame last came.
        var lastFrame: LastFrame?
        /// By agent, its place in the order in which they came.
        private var places: [AgentID: UInt64] = [:]
        private(set) var silent: Set<AgentID> = []

        var agents: [AgentID] { places.sorted { $0.value < $1.value }.map(\.key) }
        var isEmpty: Bool { places.isEmpty }

        mutating func add(_ id: AgentID, place: UInt64, isSilent: Bool) {
            places[id] = place
            if isSilent { silent.insert(id) }
        }

        mutating func remove(_ id: AgentID) {
            places[id] = nil
            silent.remove(id)
        }
    }

    struct LastFrame: Sendable {
        let monotonic: Duration
        let wall: Timestamp
    }

    /// A frame came: it renews the leases of all agents on its connection.
    /// - Returns: those that were silent, sorted.
    mutating func renewLeases(on connection: ConnectionID, at now: Moment) -> [AgentID] {
        guard let line = lines[connection] else { return [] }
        lines[connection]?.lastFrame = LastFrame(monotonic: now.monotonic, wall: now.wall)
        return line.silent.isEmpty ? [] : line.agents.filter(line.silent.contains)
    }

    private func lastFrame(of index: Int) -> LastFrame? {
        guard let connection = agents[index]?.connection, let heardAt = agents[index]?.lastFrameAt,
            let last = lines[connection]?.lastFrame, last.monotonic >= heardAt
        else { return nil }
        return last
    }

    /// The last frame of the agent's connection, unless the agent itself has been heard since.
    private func lastFrame(of agent: Agent) -> LastFrame? {
        guard let connection = agent.connection, let last = lines[connection]?.lastFrame,
            last.monotonic >= agent.lastFrameAt
        else { return nil }
        return last
    }

    private func current(_ agent: Agent) -> Agent {
        guard let last = lastFrame(of: agent) else { return agent }
        var agent = agent
        agent.lastFrameAt = last.monotonic
        agent.state.lastHeartbeat = last.wall
        return agent
    }

    private mutating func attach(_ agent: Agent, to connection: ConnectionID) {
        uses += 1
        lines[connection, default: AgentLine()].add(agent.state.agentID, place: uses, isSilent: agent.isSilent)
    }

    private mutating func detach(_ agent: Agent) {
        guard let connection = agent.connection else { return }
        lines[connection]?.remove(agent.state.agentID)
        if lines[connection]?.isEmpty == true { lines[connection] = nil }
    }
}

// MARK: - Choice

extension Fleet {
    /// The agents of one type: how many in each condition, and the free ones in the order of choice.
    private struct TypeIndex: Sendable {
        var tally = AgentTally()
        var free = IndexedHeap<[AgentID: Int], AgentRank>()
    }

    /// All of an agent that choice and counts go by.
    private struct Standing: Equatable {
        let type: AgentType
        let condition: Agent.Condition
        let status: AgentStatus
        let breaker: Breaker.Name
        let rank: AgentRank

        init(_ agent: Agent) {
            type = agent.state.agentType
            condition = agent.condition
            status = agent.state.status
            breaker = agent.breaker.name
            rank = AgentRank(agent)
        }
    }

    private mutating func enter(_ agent: Standing) {
        types[agent.type].tally[agent.condition] += 1
        if agent.condition == .free { types[agent.type].free.set(agent.rank.id, priority: agent.rank) }
        statuses[agent.status] += 1
        if agent.breaker == .open { openBreakers += 1 }
    }

    private mutating func leave(_ agent: Standing) {
        types[agent.type].tally[agent.condition] -= 1
        if agent.condition == .free { types[agent.type].free.remove(agent.rank.id) }
        statuses[agent.status] -= 1
        if agent.breaker == .open { openBreakers -= 1 }
    }

    private mutating func move(from before: Standing, to after: Standing) {
        guard before != after else { return }
        leave(before)
        enter(after)
    }
}

/// The order in which free agents are chosen.
private struct AgentRank: Comparable, Sendable {
    private let isOnTrial: Bool
    private let lastUsed: UInt64
    let id: AgentID

    init(_ agent: Agent) {
        isOnTrial = !agent.breaker.isClosed
        lastUsed = agent.lastUsed
        id = agent.state.agentID
    }

    static func < (a: Self, b: Self) -> Bool {
        if a.isOnTrial != b.isOnTrial { return !a.isOnTrial }
        if a.lastUsed != b.lastUsed { return a.lastUsed < b.lastUsed }
        return a.id < b.id
    }
}

/// How many agents of one type there are in each condition.
struct AgentTally: Sendable {
    private var counts = Array(repeating: 0, count: Agent.Condition.allCases.count)

    subscript(condition: Agent.Condition) -> Int {
        get { counts[condition.rawValue] }
        set { counts[condition.rawValue] = newValue }
    }

    /// Those that are there or may come back.
    var registered: Int { counts.reduce(0, +) - self[.lost] }
}
