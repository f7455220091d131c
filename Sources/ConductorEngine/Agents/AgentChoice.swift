import ConductorModel

/// Of each type of agent, how many there are in each condition, and the free ones in the order of choice.
///
/// Each agent is in it once, as it was when it was added: whoever changes an agent updates it here too.
struct AgentChoice: Sendable {
    private struct TypeIndex: Sendable {
        var tally = AgentTally()
        var free = IndexedHeap<[AgentID: Int], AgentRank>()
    }

    private var types = ByAgentType(TypeIndex())
    private(set) var statuses = CountByStatus<AgentStatus>()
    private(set) var openBreakers = 0

    func tally(of type: AgentType) -> AgentTally { types[type].tally }

    /// Of those available one whose breaker is closed before one on trial, and then the least recently used.
    func first(_ type: AgentType) -> AgentID? { types[type].free.first?.key }

    mutating func enter(_ agent: AgentStanding) {
        types[agent.type].tally[agent.condition] += 1
        if agent.condition == .free { types[agent.type].free.set(agent.rank.id, priority: agent.rank) }
        statuses[agent.status] += 1
        if agent.breaker == .open { openBreakers += 1 }
    }

    mutating func leave(_ agent: AgentStanding) {
        types[agent.type].tally[agent.condition] -= 1
        if agent.condition == .free { types[agent.type].free.remove(agent.rank.id) }
        statuses[agent.status] -= 1
        if agent.breaker == .open { openBreakers -= 1 }
        invariant(types[agent.type].tally[agent.condition] >= 0, "an agent leaves where it never entered")
    }

    mutating func move(from before: AgentStanding, to after: AgentStanding) {
        guard before != after else { return }
        leave(before)
        enter(after)
    }

    /// What is shown of an agent has changed, and nothing that it is chosen by.
    mutating func move(from before: AgentStatus, to after: AgentStatus) {
        statuses[before] -= 1
        statuses[after] += 1
    }
}

/// All of an agent that choice and counts go by.
struct AgentStanding: Equatable {
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

/// The order in which free agents are chosen.
struct AgentRank: Comparable, Sendable {
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
