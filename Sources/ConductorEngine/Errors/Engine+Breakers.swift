import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The breakers of the agents: opened by errors, tried again by time, closed by successes.
extension Engine {
    mutating func breakerFailed(_ id: AgentID, _ transaction: inout EngineTransaction) {
        let (now, settings) = (transaction.now, configuration.breaker)
        if canaries.plants(.breakerNeverOpens) { return }
        changeBreaker(id, &transaction) { $0.failed(at: now.persistent, settings) }
    }

    mutating func breakerSucceeded(_ id: AgentID, _ transaction: inout EngineTransaction) {
        let settings = configuration.breaker
        changeBreaker(id, &transaction) { $0.succeeded(settings) }
    }

    mutating func tryAgain(_ id: AgentID, _ transaction: inout EngineTransaction) {
        changeBreaker(id, &transaction) { $0.tryAgain() }
    }

    mutating func resetBreaker(_ id: AgentID, _ transaction: inout EngineTransaction) -> Result<Reply, Refusal> {
        guard breaker(of: id) != nil else { return .failure(.notFound(kind: "agent", id: id)) }
        changeBreaker(id, &transaction) { $0.reset() }
        return .success(.breaker(breaker(of: id) ?? Breaker(agentID: id)))
    }

    /// All that are known, sorted by their agents.
    var breakers: [Breaker] {
        (fleet.sorted.map(\.breaker) + errors.breakers).sorted { $0.agentID < $1.agentID }
    }

    private func breaker(of id: AgentID) -> Breaker? { fleet.breaker(of: id) ?? errors.breaker(of: id) }

    private mutating func changeBreaker(
        _ id: AgentID, _ transaction: inout EngineTransaction, _ change: (inout Breaker) -> Breaker.Transition?
    ) {
        guard let before = breaker(of: id) else { return }
        var breaker = before
        let transition = change(&breaker)
        guard breaker != before else { return }
        fleet.set(breaker)
        if !fleet.contains(id) { errors.keep(breaker) }
        transaction.change(.breakerSaved(breaker))
        switch transition {
        case nil: break
        case .opened:
            awaitTrial(of: breaker, at: transaction.now)
            emit(.breakerOpened, agent: id, &transaction)
        case .halfOpened: emit(.breakerHalfOpened, agent: id, &transaction)
        case .closed:
            deadlines.remove(.breaker(id))
            emit(.breakerClosed, agent: id, &transaction)
        }
        if transition != nil, let type = fleet.type(of: id) { drainQueue(type, &transaction) }
    }

    mutating func restore(_ breaker: Breaker, at now: Moment) {
        fleet.set(breaker)
        if !fleet.contains(breaker.agentID) { errors.keep(breaker) }
        awaitTrial(of: breaker, at: now)
    }

    /// Sets when an open breaker lets work through again.
    mutating func awaitTrial(of breaker: Breaker, at now: Moment) {
        guard case .open(let time, _) = breaker.state else { return }
        let whole = configuration.breaker.openDuration
        let left = min(max(whole - (now.persistent - time), .zero), whole)
        deadlines.set(.breaker(breaker.agentID), due: now.monotonic + left)
    }

    /// The breaker of an agent that is registered: where it left with the daemon's stop, the one it had.
    mutating func reclaimBreaker(of id: AgentID) -> Breaker {
        errors.removeBreaker(of: id) ?? Breaker(agentID: id)
    }

    /// An agent that is unregistered takes its breaker along.
    mutating func dropBreaker(of id: AgentID, _ transaction: inout EngineTransaction) {
        deadlines.remove(.breaker(id))
        if breaker(of: id)?.isPristine == false { transaction.change(.breakerSaved(Breaker(agentID: id))) }
        errors.removeBreaker(of: id)
    }
}
