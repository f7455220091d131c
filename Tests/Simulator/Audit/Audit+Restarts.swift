import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol

/// What a restart may cost: nothing.
extension Audit {
    /// A new life of the daemon has begun.
    package mutating func checkRecovery(_ engine: Engine, _ store: Stored, _ now: Moment) throws {
        let end = now.monotonic + engine.configuration.grace
        presence = Presence(capacities: presence.capacities, labels: presence.labels, returns: end)
        // Those that were idle have left with the daemon's stop.
        for demand in Self.demands { presence.left[demand] = (now.persistent, engine.configuration.grace) }
        for agent in store.agents.values where agent.status != .failed {
            presence.waiting[agent.agentID] = end
            presence.fresh.insert(agent.agentID)
        }
        try Recovery(of: engine, from: store, at: now).check()
        try ledger.recovered(store)
    }

    /// An agent that registers is given what it names and is current, and nothing else. Where the daemon was started
    /// anew meanwhile, what it does not name burns no attempt.
    func checkReturn(
        _ id: AgentID, _ registration: AgentRegistration, _ effects: Effects, isFirstReturn: Bool
    ) throws {
        for output in effects.outputs {
            if isFirstReturn, case .event(let event) = output, event.agentID == id, event.kind == .taskRetrying {
                throw Violation("a restart of the daemon burnt an attempt of \(event.taskID.map { "\($0)" } ?? "")")
            }
            guard case .reply(_, .success(.registered(_, _, let adopted))) = output else { continue }
            for task in adopted {
                let isCurrent = registration.running.contains { held in
                    held.taskID == task && decided.task(task, attempt: held.token)?.attempts.last?.token == held.token
                }
                guard isCurrent else { throw Violation("\(id) was let keep an attempt of \(task) that is not current") }
            }
        }
    }

    /// An act with a key of its own is done once.
    mutating func noteAct(_ key: String) throws {
        guard course.acts.insert(key).inserted else { throw Violation("the act of \(key) was done twice") }
    }
}
