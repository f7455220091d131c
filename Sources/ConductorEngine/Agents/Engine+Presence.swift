import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Who is there: leases, silence, absence, return.
extension Engine {
    /// How long an agent that was lost stays in the registry.
    static let lostAgentAge: Duration = .seconds(7 * 86_400)

    /// Any frame renews the leases of the agents on its connection.
    mutating func renewLease(of connection: ConnectionID, _ transaction: inout EngineTransaction) {
        for id in fleet.renewLeases(on: connection, at: transaction.now) {
            guard let agent = fleet[id] else { continue }
            fleet.setPresence(id, .connected(connection))
            deadlines.set(.presence(id), due: transaction.now.monotonic + agent.lease)
            save(id, &transaction)
            emit(.agentReturned, agent: id, &transaction)
            drainQueue(agent.state.agentType, &transaction)
        }
    }

    /// Whoever was silent for so long that it was given up learns it here, and registers anew.
    func heartbeat(_ id: AgentID, _ caller: Caller) -> Result<Reply, Refusal> {
        guard let agent = fleet[id] else { return .failure(.notFound(kind: "agent", id: id)) }
        guard !agent.isLost, !fleet.isSuperseded(id, on: caller.connection) else {
            return .failure(Refusal(.agentLost, "agent \(id) was silent for too long, and has to register again"))
        }
        return .success(.empty)
    }

    mutating func disconnected(_ connection: ConnectionID, _ transaction: inout EngineTransaction) {
        for number in bus.disconnected(connection) { deadlines.remove(.busRequest(number)) }
        for id in fleet.agents(on: connection) {
            goAway(id, presence: .away(sinceStart: false), "its connection is gone", &transaction)
        }
        fleet.forget(connection)
    }

    /// The agents of a connection are lost at once: nobody waits for their return.
    mutating func roleRevoked(_ connection: ConnectionID, _ transaction: inout EngineTransaction) {
        for number in bus.disconnected(connection) { deadlines.remove(.busRequest(number)) }
        for id in fleet.agents(on: connection) {
            guard let agent = fleet.current(id), !agent.isLost else { continue }
            for token in agent.recalled { deadlines.remove(.slot(id, token)) }
            fleet.freeSlots(of: id)
            giveUp(agent, "its user may no longer serve", &transaction)
        }
    }

    mutating func presenceDue(_ id: AgentID, _ transaction: inout EngineTransaction) {
        guard let agent = fleet.current(id) else { return }
        switch agent.presence {
        case .connected(let connection):
            let leaseEnd = agent.lastFrameAt + agent.lease
            let goesByWall = canaries.plants(.leaseByWallClock)
            if leaseEnd > transaction.now.monotonic,
                !goesByWall || transaction.now.wall - agent.state.lastHeartbeat < agent.lease
            {
                deadlines.set(.presence(id), due: leaseEnd)
            } else {
                goAway(id, presence: .silent(connection), "it was silent past its lease", &transaction)
            }
        case .silent, .away:
            giveUp(agent, "it did not reconnect within \(configuration.grace.inSeconds) s", &transaction)
        case .lost: forget(agent, &transaction)
        }
    }

    /// An agent that was lost leaves the registry.
    mutating func forget(_ agent: Agent, _ transaction: inout EngineTransaction) {
        let id = agent.state.agentID
        deadlines.remove(.presence(id))
        dropBreaker(of: id, &transaction)
        remove(agent, &transaction)
    }

    private mutating func goAway(
        _ id: AgentID, presence: Agent.Presence, _ reason: String, _ transaction: inout EngineTransaction
    ) {
        guard let agent = fleet[id], !agent.isLost else { return }
        for token in agent.recalled { deadlines.remove(.slot(id, token)) }
        let wasThere = agent.isConnected
        fleet.setPresence(id, presence)
        fleet.freeSlots(of: id)
        guard wasThere else { return }
        deadlines.set(.presence(id), due: transaction.now.monotonic + configuration.grace)
        save(id, &transaction)
        emit(.agentLost, agent: id, &transaction) { writer in
            writer.member("status", AgentStatus.waiting)
            writer.member("reason", reason)
        }
    }

    private mutating func giveUp(_ agent: Agent, _ reason: String, _ transaction: inout EngineTransaction) {
        let id = agent.state.agentID
        fleet.setPresence(id, .lost)
        deadlines.set(.presence(id), due: transaction.now.monotonic + Self.lostAgentAge)
        save(id, &transaction)
        emit(.agentLost, agent: id, &transaction) { writer in
            writer.member("status", AgentStatus.failed)
            writer.member("reason", reason)
        }
        agentLeft(agent.state, mayReturn: false, &transaction)
        attemptsLost(agent.running.inOrder, agent: id, "agent \(id) did not reconnect", &transaction)
    }
}
