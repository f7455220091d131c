import ConductorModel

/// All agents, by id and by connection, and for each type those that could be given a task.
struct Registry: Sendable {
    private(set) var agents: [AgentID: Agent] = [:]
    private var lines: [ConnectionID: AgentLine] = [:]
    private var types: [AgentType: TypeIndex] = [:]
    private(set) var statuses: [AgentStatus: Int] = [:]
    private(set) var openBreakers = 0
    /// Connections that stand, and the agents that have since registered on others.
    private var superseded: [ConnectionID: Set<AgentID>] = [:]
    private static let rememberedPerConnection = 256
    /// Counts what is used, and what is put on a connection.
    private var uses: UInt64 = 0

    var count: Int { agents.count }

    /// Every agent, sorted by id.
    var sorted: [Agent] { agents.values.map(current).sorted { $0.state.agentID < $1.state.agentID } }

    /// As it was when it was last changed; what its connection has said since stands in `current`.
    subscript(id: AgentID) -> Agent? { agents[id] }

    /// Those on a connection, in the order in which they came.
    func agents(on connection: ConnectionID) -> [AgentID] { lines[connection]?.agents ?? [] }

    /// How many agents of a type there are in each condition.
    func tally(of type: AgentType) -> AgentTally { types[type]?.tally ?? AgentTally() }

    /// The agent that is to get the next task of a type: of those available one whose breaker is closed before one
    /// on trial, and then the least recently used.
    func choose(_ type: AgentType) -> AgentID? { types[type]?.free.first?.key }

    /// Whether the agent was on the connection once, and has registered on another since: two programs have its id.
    func isSuperseded(_ id: AgentID, on connection: ConnectionID) -> Bool {
        superseded[connection]?.contains(id) == true
    }

    mutating func forget(_ connection: ConnectionID) {
        superseded[connection] = nil
    }

    mutating func insert(_ agent: Agent) {
        if let former = agents[agent.state.agentID]?.connection { supersede(agent.state.agentID, on: former) }
        if let connection = agent.connection { superseded[connection]?.remove(agent.state.agentID) }
        remove(agent.state.agentID)
        agents[agent.state.agentID] = agent
        if let connection = agent.connection { attach(agent, to: connection) }
        enter(Standing(agent))
    }

    /// Programs have few agents on a connection: a connection that lost more than it may remember is not told of them.
    private mutating func supersede(_ id: AgentID, on connection: ConnectionID) {
        guard superseded[connection, default: []].count < Self.rememberedPerConnection else { return }
        superseded[connection, default: []].insert(id)
    }

    mutating func remove(_ id: AgentID) {
        guard let agent = agents.removeValue(forKey: id) else { return }
        leave(Standing(agent))
        detach(agent)
    }

    /// An agent that is neither connected nor silent is not reached by what comes on the connection it had.
    mutating func setPresence(_ id: AgentID, _ presence: Agent.Presence) {
        guard let before = agents[id] else { return }
        var agent = current(before)
        agent.presence = presence
        detach(before)
        agents[id] = agent
        if let connection = agent.connection { attach(agent, to: connection) }
        move(from: Standing(before), to: Standing(agent))
    }

    /// Changes what does not bear on type or connection.
    mutating func update(_ id: AgentID, _ body: (inout Agent) -> Void) {
        guard let before = agents[id].map(Standing.init) else { return }
        agents[id]?.apply(body)
        if let after = agents[id].map(Standing.init) { move(from: before, to: after) }
    }

    mutating func markUsed(_ id: AgentID) {
        uses += 1
        let use = uses
        update(id) { $0.lastUsed = use }
    }
}

// MARK: - Connections

extension Registry {
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
    mutating func hear(_ connection: ConnectionID, at now: Moment) -> [AgentID] {
        guard let line = lines[connection] else { return [] }
        lines[connection]?.lastFrame = LastFrame(monotonic: now.monotonic, wall: now.wall)
        return line.silent.isEmpty ? [] : line.agents.filter(line.silent.contains)
    }

    /// The agent with what its connection has said last.
    func current(_ agent: Agent) -> Agent {
        guard let connection = agent.connection, let lastFrame = lines[connection]?.lastFrame,
            lastFrame.monotonic >= agent.lastFrameAt
        else { return agent }
        var agent = agent
        agent.lastFrameAt = lastFrame.monotonic
        agent.state.lastHeartbeat = lastFrame.wall
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

extension Registry {
    /// The agents of one type: how many in each condition, and the free ones in the order of choice.
    private struct TypeIndex: Sendable {
        var tally = AgentTally()
        var free = IndexedHeap<AgentID, AgentRank>()
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
        types[agent.type, default: TypeIndex()].tally[agent.condition] += 1
        if agent.condition == .free { types[agent.type]?.free.set(agent.rank.id, priority: agent.rank) }
        statuses[agent.status, default: 0] += 1
        if agent.breaker == .open { openBreakers += 1 }
    }

    private mutating func leave(_ agent: Standing) {
        types[agent.type]?.tally[agent.condition] -= 1
        types[agent.type]?.free.remove(agent.rank.id)
        statuses[agent.status, default: 0] -= 1
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
