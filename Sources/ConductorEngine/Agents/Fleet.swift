import ConductorModel

/// All agents, by id and by connection, and for each type and demand those that could be given a task.
///
/// Each agent stands in its type's tally once, in the condition that it is in, and among the free ones exactly while it
/// could be given a task.
struct Fleet: Sendable {
    /// In no order: the last one takes the place of one that leaves.
    private var agents: [Agent] = []
    private var indices: [AgentID: Int] = [:]
    private var lines = AgentLines()
    private var choice = AgentChoice()
    /// Counts the tasks that were given out.
    private var uses: UInt64 = 0
    /// How many each user has, and how many of these are lost.
    private(set) var byUser = UserCounts()
    private var lostByUser = UserCounts()
    /// Nil where an agent came or left since they were sorted.
    private var sortedIDs: [AgentID]?

    var count: Int { indices.count }
    var statuses: CountByStatus<AgentStatus> { choice.statuses }
    var openBreakers: Int { choice.openBreakers }

    /// Every agent, sorted by id.
    var sorted: [Agent] { agents.map(current).sorted { $0.state.agentID < $1.state.agentID } }

    /// Ids in their order, those that come after `id` if it is given. Sorted anew where an agent came or left.
    mutating func ids(after id: AgentID?) -> ArraySlice<AgentID> {
        let ids = sortedIDs ?? indices.keys.sorted()
        sortedIDs = ids
        guard let id else { return ids[...] }
        var range = ids.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if ids[middle] <= id { range = middle + 1..<range.upperBound } else { range = range.lowerBound..<middle }
        }
        return ids[range.lowerBound...]
    }

    /// As it was when it was last changed; what its connection has said since stands in `current`.
    subscript(id: AgentID) -> Agent? { indices[id].map { agents[$0] } }

    func contains(_ id: AgentID) -> Bool { indices[id] != nil }

    /// The agent with what its connection has said last.
    func current(_ id: AgentID) -> Agent? { self[id].map(current) }

    /// What is shown of an agent.
    func shown(_ id: AgentID) -> AgentState? { current(id)?.shown }

    func type(of id: AgentID) -> AgentType? { indices[id].map { agents[$0].state.agentType } }

    func owner(of id: AgentID) -> UInt32? { indices[id].map { agents[$0].state.ownerUID } }

    func breaker(of id: AgentID) -> Breaker? { indices[id].map { agents[$0].breaker } }

    func connection(of id: AgentID) -> ConnectionID? { indices[id].flatMap { agents[$0].connection } }

    /// Those on a connection, in the order in which they came.
    func agents(on connection: ConnectionID) -> [AgentID] { lines.agents(on: connection) }

    /// How many agents that meet a demand there are in each condition. A labelled demand has to be followed.
    func tally(of demand: AgentDemand) -> AgentTally { choice.tally(of: demand) }

    /// The agent that is to get the next task with a demand: of those available one whose breaker is closed before one
    /// on trial, and then the least recently used.
    func choose(_ demand: AgentDemand) -> AgentID? { choice.first(demand) }

    /// The demands that the agent meets, the labelled ones among them that are followed.
    func demands(metBy agent: AgentState) -> [AgentDemand] {
        [AgentDemand(agent.agentType)] + choice.demands(metBy: agent)
    }

    /// Whether the agent was on the connection once, and has registered on another since: two programs have its id.
    func isSuperseded(_ id: AgentID, on connection: ConnectionID) -> Bool {
        lines.isSuperseded(id, on: connection)
    }
}

// MARK: - Coming and going

extension Fleet {
    /// An agent registers, for the first time or anew.
    mutating func insert(_ agent: Agent) {
        let id = agent.state.agentID
        lines.supersede(id, on: connection(of: id), by: agent.connection)
        let sorted = contains(id) ? sortedIDs : nil
        remove(id)
        indices[id] = agents.count
        sortedIDs = sorted
        agents.append(agent)
        lines.attach(agent)
        choice.enter(AgentStanding(agent), agent.state)
        byUser.add(1, of: agent.state.ownerUID)
        if agent.isLost { lostByUser.add(1, of: agent.state.ownerUID) }
    }

    mutating func remove(_ id: AgentID) {
        guard let index = indices.removeValue(forKey: id) else { return }
        sortedIDs = nil
        agents.swapAt(index, agents.count - 1)
        let agent = agents.removeLast()
        if index < agents.count { indices[agents[index].state.agentID] = index }
        choice.leave(AgentStanding(agent), agent.state)
        lines.detach(agent)
        byUser.add(-1, of: agent.state.ownerUID)
        if agent.isLost { lostByUser.add(-1, of: agent.state.ownerUID) }
    }

    /// An agent that is neither connected nor silent is not reached by what comes on the connection it had.
    mutating func setPresence(_ id: AgentID, _ presence: Agent.Presence) {
        guard let index = indices[id] else { return }
        let before = agents[index]
        var agent = current(before)
        agent.presence = presence
        lines.detach(before)
        agents[index] = agent
        lines.attach(agent)
        choice.move(from: AgentStanding(before), to: AgentStanding(agent))
        if before.isLost != agent.isLost { lostByUser.add(agent.isLost ? 1 : -1, of: agent.state.ownerUID) }
    }

    /// The user's agent that was lost first, if one was.
    func firstLost(of uid: UInt32) -> Agent? {
        guard lostByUser[uid] > 0 else { return nil }
        return agents.filter { $0.isLost && $0.state.ownerUID == uid }
            .min { ($0.state.updatedAt, $0.state.agentID) < ($1.state.updatedAt, $1.state.agentID) }
    }

    mutating func forget(_ connection: ConnectionID) {
        lines.forget(connection)
    }

    /// A frame came: it renews the leases of all agents on its connection.
    /// - Returns: those that were silent.
    mutating func renewLeases(on connection: ConnectionID, at now: Moment) -> [AgentID] {
        lines.renew(connection, at: now)
    }

    private func current(_ agent: Agent) -> Agent {
        guard let connection = agent.connection,
            let last = lines.lastFrame(on: connection, since: agent.lastFrameAt)
        else { return agent }
        var agent = agent
        agent.lastFrameAt = last.monotonic
        agent.state.lastHeartbeat = last.wall
        return agent
    }
}

// MARK: - Labelled demands

extension Fleet {
    /// A labelled demand is asked for from now on, once more; this looks at agents where it is new.
    mutating func follow(_ demand: AgentDemand) {
        let agents = (choice.candidates(for: demand) ?? []).compactMap { self[$0] }.filter {
            demand.isMet(by: $0.state)
        }
        choice.follow(demand, agents.map { AgentStanding($0) })
    }

    /// A labelled demand is asked for once less.
    /// - Returns: a demand of which nothing is known any longer, where one had to go.
    mutating func unfollow(_ demand: AgentDemand) -> AgentDemand? { choice.unfollow(demand) }
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
        guard let index = indices[id], agents[index].recalled.contains(token) else { return false }
        update(id) { $0.recalled.removeAll { $0 == token } }
        return true
    }

    /// Attempts that ended hold no slots any more.
    mutating func freeSlots(of id: AgentID) {
        update(id) { $0.recalled = [] }
    }

    mutating func note(_ task: TaskID, completed: Bool, by id: AgentID, keeping limit: Int) {
        guard let index = indices[id] else { return }
        agents[index].note(task, completed: completed, keeping: limit)
    }

    mutating func countError(of id: AgentID) {
        guard let index = indices[id] else { return }
        agents[index].state.errorCount += 1
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
    mutating func refresh(_ id: AgentID, at time: Timestamp) {
        guard let index = indices[id] else { return }
        let before = agents[index].state.status
        if let connection = agents[index].connection,
            let last = lines.lastFrame(on: connection, since: agents[index].lastFrameAt)
        {
            agents[index].lastFrameAt = last.monotonic
            agents[index].state.lastHeartbeat = last.wall
        }
        agents[index].refresh(at: time)
        let after = agents[index].state.status
        if after != before { choice.move(from: before, to: after) }
    }

    /// What is to be stored of an agent: all but the lists of its tasks.
    func stored(_ id: AgentID) -> AgentState? { indices[id].map { agents[$0].state } }

    /// Changes what does not bear on type, labels or connection.
    private mutating func update(_ id: AgentID, _ body: (inout Agent) -> Void) {
        guard let index = indices[id] else { return }
        let before = AgentStanding(agents[index])
        body(&agents[index])
        choice.move(from: before, to: AgentStanding(agents[index]))
    }
}
