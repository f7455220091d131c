import ConductorJSON
import ConductorModel

/// The breakers of the agents: opened by errors, tried again by time, closed by successes.
extension Engine {
    mutating func breakerFailed(_ id: AgentID, _ turn: inout Turn) {
        let now = turn.now
        changeBreaker(id, &turn) { $0.failed(at: now.wall) }
    }

    mutating func breakerSucceeded(_ id: AgentID, _ turn: inout Turn) {
        changeBreaker(id, &turn) { $0.succeeded() }
    }

    mutating func tryAgain(_ id: AgentID, _ turn: inout Turn) {
        changeBreaker(id, &turn) { $0.tryAgain() }
    }

    mutating func resetBreaker(_ id: AgentID, _ turn: inout Turn) -> Result<Reply, Refusal> {
        guard registry[id] != nil else { return .failure(.notFound(kind: "agent", id: id)) }
        changeBreaker(id, &turn) { $0.reset() }
        return .success(.breaker(registry[id]?.breaker ?? Breaker(agentID: id)))
    }

    private mutating func changeBreaker(
        _ id: AgentID, _ turn: inout Turn, _ change: (inout Breaker) -> Breaker.Transition?
    ) {
        guard let agent = registry[id] else { return }
        var breaker = agent.breaker
        let transition = change(&breaker)
        guard breaker != agent.breaker else { return }
        registry.update(id) { $0.breaker = breaker }
        turn.change(.breakerSaved(breaker))
        switch transition {
        case nil: break
        case .opened:
            deadlines.set(.breaker(id), due: turn.now.monotonic + Breaker.openDuration)
            emit(.breakerOpened, agent: id, &turn)
        case .halfOpened:
            emit(.breakerHalfOpened, agent: id, &turn)
            pump(agent.state.agentType, &turn)
        case .closed:
            deadlines.remove(.breaker(id))
            emit(.breakerClosed, agent: id, &turn)
            pump(agent.state.agentType, &turn)
        }
    }

    mutating func restore(_ breaker: Breaker, at now: Moment) {
        registry.update(breaker.agentID) { $0.breaker = breaker }
        guard case .open(let time) = breaker.state, registry[breaker.agentID] != nil else { return }
        let left = min(max(Breaker.openDuration - (now.wall - time), .zero), Breaker.openDuration)
        deadlines.set(.breaker(breaker.agentID), due: now.monotonic + left)
    }
}
