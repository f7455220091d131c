import ConductorModel

/// Of each type of agent, how many there are in each condition, and the free ones in the order of choice; the same of
/// those that meet a labelled demand, where the demand is followed.
///
/// Each agent is in it once, as it was when it was added: whoever changes an agent updates it here too.
struct AgentChoice: Sendable {
    private var types = ByAgentType(AgentPool())
    private var demands = FollowedDemands()
    private(set) var statuses = CountByStatus<AgentStatus>()
    private(set) var openBreakers = 0

    func tally(of demand: AgentDemand) -> AgentTally {
        demand.isPlain ? types[demand.type].tally : demands.pool(demand).tally
    }

    /// Of those available one whose breaker is closed before one on trial, and then the least recently used.
    func first(_ demand: AgentDemand) -> AgentID? {
        demand.isPlain ? types[demand.type].first : demands.pool(demand).first
    }

    mutating func enter(_ agent: AgentStanding, _ state: AgentState) {
        demands.enter(state)
        enter(agent)
    }

    mutating func leave(_ agent: AgentStanding, _ state: AgentState) {
        leave(agent)
        demands.leave(state)
    }

    private mutating func enter(_ agent: AgentStanding) {
        types[agent.type].enter(agent)
        demands.update(agent) { $0.enter(agent) }
        statuses[agent.status] += 1
        if agent.breaker == .open { openBreakers += 1 }
    }

    private mutating func leave(_ agent: AgentStanding) {
        types[agent.type].leave(agent)
        demands.update(agent) { $0.leave(agent) }
        statuses[agent.status] -= 1
        if agent.breaker == .open { openBreakers -= 1 }
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

// MARK: - Labelled demands

extension AgentChoice {
    /// Labelled demands that the agent meets, in the order in which they were followed first.
    func demands(metBy agent: AgentState) -> [AgentDemand] { demands.met(by: agent) }

    /// Agents among which those that meet a demand are; nil where it is followed already.
    func candidates(for demand: AgentDemand) -> [AgentID]? { demands.candidates(for: demand) }

    /// Follows a demand once more.
    /// - Parameter agents: those that meet it, where it was not followed.
    mutating func follow(_ demand: AgentDemand, _ agents: [AgentStanding]) { demands.follow(demand, agents) }

    /// Follows a demand once less.
    /// - Returns: a demand that is followed no longer, where one had to go.
    mutating func unfollow(_ demand: AgentDemand) -> AgentDemand? { demands.unfollow(demand) }
}

/// How many of some agents there are in each condition, and the free ones in the order of choice.
struct AgentPool: Sendable {
    private(set) var tally = AgentTally()
    private var free = IndexedHeap<[AgentID: Int], AgentRank>()

    var first: AgentID? { free.first?.key }

    mutating func enter(_ agent: AgentStanding) {
        tally[agent.condition] += 1
        if agent.condition == .free { free.set(agent.rank.id, priority: agent.rank) }
    }

    mutating func leave(_ agent: AgentStanding) {
        tally[agent.condition] -= 1
        if agent.condition == .free { free.remove(agent.rank.id) }
        invariant(tally[agent.condition] >= 0, "an agent leaves where it never entered")
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

/// How many of some agents there are in each condition.
struct AgentTally: Sendable {
    private var counts = Array(repeating: 0, count: Agent.Condition.allCases.count)

    subscript(condition: Agent.Condition) -> Int {
        get { counts[condition.rawValue] }
        set { counts[condition.rawValue] = newValue }
    }

    /// Those that are there or may come back.
    var registered: Int { counts.reduce(0, +) - self[.lost] }
}
