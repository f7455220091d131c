import ConductorModel

/// Labelled demands, and of each the agents that meet it.
///
/// A demand is followed while tasks have it. Some that no task has any longer are kept, so that the next task with such
/// a demand need not look for the agents that meet it.
struct FollowedDemands: Sendable {
    /// So many that no task has are kept.
    private static let kept = 64

    private struct Followed: Sendable {
        var pool = AgentPool()
        var uses = 0
    }

    private var demands: [AgentDemand: Followed] = [:]
    /// Of each type, in the order in which they came.
    private var byType = ByAgentType<[AgentDemand]>([])
    /// Those that no task has, the one that has been unused longest first.
    private var unused: [AgentDemand] = []
    /// Of agents that meet any, which.
    private var met: [AgentID: [AgentDemand]] = [:]
    /// By type, and by each of their labels.
    private var agents = ByAgentType<[AgentLabel: Set<AgentID>]>([:])

    func pool(_ demand: AgentDemand) -> AgentPool {
        guard let followed = demands[demand] else {
            impossible("a demand is asked for that no task has")
            return AgentPool()
        }
        return followed.pool
    }

    func met(by agent: AgentState) -> [AgentDemand] { byType[agent.agentType].filter { $0.isMet(by: agent) } }

    /// An agent comes; `update` is to tell how it stands.
    mutating func enter(_ agent: AgentState) {
        for label in agent.labels.inOrder { agents[agent.agentType][label, default: []].insert(agent.agentID) }
        let demands = met(by: agent)
        if !demands.isEmpty { met[agent.agentID] = demands }
    }

    /// An agent leaves, after `update` has taken it out of all pools.
    mutating func leave(_ agent: AgentState) {
        for label in agent.labels.inOrder {
            agents[agent.agentType][label]?.remove(agent.agentID)
            if agents[agent.agentType][label]?.isEmpty == true { agents[agent.agentType][label] = nil }
        }
        met[agent.agentID] = nil
    }

    /// Changes how an agent stands with each demand that it meets.
    mutating func update(_ agent: AgentStanding, _ change: (inout AgentPool) -> Void) {
        guard !byType[agent.type].isEmpty, let met = met[agent.rank.id] else { return }
        for demand in met { change(&demands[demand, default: Followed()].pool) }
    }

    /// Agents among which those that meet the demand are; nil where it is followed.
    func candidates(for demand: AgentDemand) -> [AgentID]? { demands[demand] == nil ? agents(for: demand) : nil }

    /// Agents of the type that have the label which the fewest have, in no order: nothing depends on it.
    private func agents(for demand: AgentDemand) -> [AgentID] {
        var fewest: Set<AgentID>?
        for label in demand.labels.inOrder {
            if let id = label.agentID { return [id] }
            let having = agents[demand.type][label] ?? []
            if having.count < fewest?.count ?? .max { fewest = having }
        }
        return fewest.map { Array($0) } ?? []
    }

    mutating func follow(_ demand: AgentDemand, _ standings: [AgentStanding]) {
        if demands[demand] == nil {
            var followed = Followed()
            for agent in standings {
                followed.pool.enter(agent)
                met[agent.rank.id, default: []].append(demand)
            }
            demands[demand] = followed
            byType[demand.type].append(demand)
        } else if demands[demand]?.uses == 0 {
            unused.removeAll { $0 == demand }
        }
        demands[demand]?.uses += 1
    }

    /// - Returns: a demand that is followed no longer, where more are unused than are kept.
    mutating func unfollow(_ demand: AgentDemand) -> AgentDemand? {
        guard let uses = demands[demand]?.uses, uses > 0 else {
            impossible("a demand is given up that no task has")
            return nil
        }
        demands[demand]?.uses = uses - 1
        guard uses == 1 else { return nil }
        unused.append(demand)
        guard unused.count > Self.kept else { return nil }
        let dropped = unused.removeFirst()
        forget(dropped)
        return dropped
    }

    private mutating func forget(_ demand: AgentDemand) {
        demands[demand] = nil
        byType[demand.type].removeAll { $0 == demand }
        for id in agents(for: demand) {
            met[id]?.removeAll { $0 == demand }
            if met[id]?.isEmpty == true { met[id] = nil }
        }
    }
}
