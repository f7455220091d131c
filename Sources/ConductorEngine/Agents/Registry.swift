import ConductorModel

/// All agents, by id, by connection and by type.
struct Registry: Sendable {
    private(set) var agents: [AgentID: Agent] = [:]
    private var byConnection: [ConnectionID: [AgentID]] = [:]
    /// Sorted by id, so that nothing depends on the order of a hash table.
    private var byType: [AgentType: [AgentID]] = [:]
    private var tallies: [AgentType: AgentTally] = [:]
    /// Connections that stand, and the agents that have since registered on others.
    private var superseded: [ConnectionID: Set<AgentID>] = [:]
    private var uses: UInt64 = 0

    var count: Int { agents.count }

    /// Every agent, sorted by id.
    var sorted: [Agent] {
        AgentType.allCases.flatMap { byType[$0] ?? [] }.sorted().compactMap { agents[$0] }
    }

    subscript(id: AgentID) -> Agent? { agents[id] }

    func agents(on connection: ConnectionID) -> [AgentID] {
        byConnection[connection] ?? []
    }

    func agents(of type: AgentType) -> [Agent] {
        (byType[type] ?? []).compactMap { agents[$0] }
    }

    /// How many agents of a type there are in each condition.
    func tally(of type: AgentType) -> AgentTally { tallies[type] ?? AgentTally() }

    /// The agent that is to get the next task of a type: of those available one whose breaker is closed before one
    /// on trial, and then the least recently used.
    func choose(_ type: AgentType) -> AgentID? {
        guard tally(of: type)[.free] > 0 else { return nil }
        var best: (id: AgentID, rank: (Int, UInt64))?
        for id in byType[type] ?? [] {
            guard let agent = agents[id], agent.isAvailable else { continue }
            let rank = (agent.breaker.isClosed ? 0 : 1, agent.lastUsed)
            if let chosen = best, chosen.rank <= rank { continue }
            best = (id, rank)
        }
        return best?.id
    }

    /// Whether the agent was on the connection once, and has registered on another since: two programs have its id.
    func isSuperseded(_ id: AgentID, on connection: ConnectionID) -> Bool {
        superseded[connection]?.contains(id) == true
    }

    mutating func forget(_ connection: ConnectionID) {
        superseded[connection] = nil
    }

    mutating func insert(_ agent: Agent) {
        if let former = agents[agent.state.agentID]?.connection {
            superseded[former, default: []].insert(agent.state.agentID)
        }
        if let connection = agent.connection { superseded[connection]?.remove(agent.state.agentID) }
        remove(agent.state.agentID)
        agents[agent.state.agentID] = agent
        let ids = byType[agent.state.agentType] ?? []
        let place = ids.firstIndex { $0 > agent.state.agentID } ?? ids.endIndex
        byType[agent.state.agentType, default: []].insert(agent.state.agentID, at: place)
        if let connection = agent.connection { byConnection[connection, default: []].append(agent.state.agentID) }
        tallies[agent.state.agentType, default: AgentTally()][agent.condition] += 1
    }

    mutating func remove(_ id: AgentID) {
        guard let agent = agents.removeValue(forKey: id) else { return }
        tallies[agent.state.agentType]?[agent.condition] -= 1
        byType[agent.state.agentType]?.removeAll { $0 == id }
        detach(id, from: agent.connection)
    }

    /// Whoever is neither connected nor silent is not reached by what comes on the connection it had.
    mutating func setPresence(_ id: AgentID, _ presence: Agent.Presence) {
        guard var agent = agents[id] else { return }
        let before = agent.connection
        update(id) { $0.presence = presence }
        agent.presence = presence
        guard agent.connection != before else { return }
        detach(id, from: before)
        if let connection = agent.connection { byConnection[connection, default: []].append(id) }
    }

    /// Changes what does not bear on type or connection.
    mutating func update(_ id: AgentID, _ body: (inout Agent) -> Void) {
        guard let type = agents[id]?.state.agentType, let before = agents[id]?.condition else { return }
        agents[id]?.apply(body)
        guard let after = agents[id]?.condition, after != before else { return }
        tallies[type]?[before] -= 1
        tallies[type]?[after] += 1
    }

    mutating func markUsed(_ id: AgentID) {
        uses += 1
        let use = uses
        update(id) { $0.lastUsed = use }
    }

    private mutating func detach(_ id: AgentID, from connection: ConnectionID?) {
        guard let connection else { return }
        byConnection[connection]?.removeAll { $0 == id }
        if byConnection[connection]?.isEmpty == true { byConnection.removeValue(forKey: connection) }
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
