import ConductorJSON
import ConductorModel

/// Who is there: leases, silence, absence, return.
extension Engine {
    /// Any frame renews the leases of the agents on its connection.
    mutating func heard(_ connection: ConnectionID, _ turn: inout Turn) {
        for id in registry.hear(connection, at: turn.now) {
            guard let agent = registry[id] else { continue }
            registry.setPresence(id, .connected(connection))
            deadlines.set(.presence(id), due: turn.now.monotonic + agent.lease)
            save(id, &turn)
            emit(.agentReturned, agent: id, &turn)
            pump(agent.state.agentType, &turn)
        }
    }

    /// Whoever was silent for so long that it was given up learns it here, and registers anew.
    func heartbeat(_ id: AgentID, _ caller: Caller) -> Result<Reply, Refusal> {
        guard let agent = registry[id] else { return .failure(.notFound(kind: "agent", id: id)) }
        guard !agent.isLost, !registry.isSuperseded(id, on: caller.connection) else {
            return .failure(Refusal(.agentLost, "agent \(id) was silent for too long, and has to register anew"))
        }
        return .success(.empty)
    }

    mutating func disconnected(_ connection: ConnectionID, _ turn: inout Turn) {
        for number in bus.disconnected(connection) { deadlines.remove(.busRequest(number)) }
        for id in registry.agents(on: connection) {
            goAway(id, presence: .away(sinceStart: false), "its connection is gone", &turn)
        }
        registry.forget(connection)
    }

    mutating func presenceDue(_ id: AgentID, _ turn: inout Turn) {
        guard let agent = registry[id].map(registry.current) else { return }
        switch agent.presence {
        case .connected(let connection):
            let leaseEnd = agent.heard + agent.lease
            let goesByWall = canaries.plants(.leaseByWallClock)
            if leaseEnd > turn.now.monotonic, !goesByWall || turn.now.wall - agent.state.lastHeartbeat < agent.lease {
                deadlines.set(.presence(id), due: leaseEnd)
            } else {
                goAway(id, presence: .silent(connection), "it was silent past its lease", &turn)
            }
        case .silent, .away: giveUp(agent, &turn)
        case .lost: break
        }
    }

    private mutating func goAway(_ id: AgentID, presence: Agent.Presence, _ reason: String, _ turn: inout Turn) {
        guard let agent = registry[id], !agent.isLost else { return }
        for token in agent.recalled { deadlines.remove(.slot(id, token)) }
        let wasThere = agent.isConnected
        registry.setPresence(id, presence)
        registry.update(id) { $0.recalled = [] }
        guard wasThere else { return }
        deadlines.set(.presence(id), due: turn.now.monotonic + configuration.grace)
        save(id, &turn)
        emit(.agentLost, agent: id, &turn) { writer in
            writer.member("status", AgentStatus.waiting)
            writer.member("reason", reason)
        }
    }

    private mutating func giveUp(_ agent: Agent, _ turn: inout Turn) {
        let id = agent.state.agentID
        registry.setPresence(id, .lost)
        save(id, &turn)
        let reason = "it did not come back within \(configuration.grace.inSeconds) s"
        emit(.agentLost, agent: id, &turn) { writer in
            writer.member("status", AgentStatus.failed)
            writer.member("reason", reason)
        }
        agentLeft(agent.state.agentType, mayReturn: false, &turn)
        attemptsLost(agent.running.inOrder, agent: id, "agent \(id) did not come back", &turn)
    }
}
