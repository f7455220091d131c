import ConductorClient
import ConductorModel

/// How an agent stops: it tells the daemon, returns what it has not begun, finishes what runs, and unregisters.
extension AgentMachine {
    mutating func stop(_ how: AgentRunner.Stop) -> [Action] {
        switch how {
        case .finishing: stopFinishing()
        case .cancelling: stopCancelling()
        }
    }

    private mutating func stopFinishing() -> [Action] {
        switch (stopping, link) {
        case (.not, _): break
        // Told a second time, it does not wait for a daemon that does not answer.
        case (_, .connecting): return [.end(.stopped)]
        case (_, .registered), (_, .waiting): return []
        }
        stopping = .finishing(isTold: false)
        patience = Self.leavingPatience
        for index in held.indices {
            if case .queued = held[index].work { held[index].work = .returning }
        }
        switch link {
        case .registered: return held.isEmpty ? leaveIfDone() : [.drain]
        case .connecting, .waiting: return leaveIfDone()
        }
    }

    private mutating func stopCancelling() -> [Action] {
        switch (stopping, link) {
        case (.not, _), (_, .registered), (_, .waiting): break
        case (_, .connecting): return [.end(.stopped)]
        }
        stopping = .cancelling
        switch link {
        case .waiting: return leaveAtOnce()
        case .registered, .connecting: break
        }
        var actions: [Action] = []
        for index in held.indices.reversed() {
            switch held[index].work {
            case .queued, .running, .returning: actions += drop(at: index, reason: "the agent stops")
            case .answered: break
            }
        }
        return actions + leaveIfDone()
    }

    mutating func drained() -> [Action] {
        guard case .finishing = stopping else { return [] }
        stopping = .finishing(isTold: true)
        return held.compactMap { attempt in
            guard case .returning = attempt.work else { return nil }
            return .giveBack(attempt.name.reference)
        }
    }

    mutating func returned(_ token: AttemptToken) -> [Action] {
        held.removeAll { attempt in
            guard attempt.name.token == token, case .returning = attempt.work else { return false }
            return true
        }
        return leaveIfDone()
    }

    /// There is nobody to deliver to, and nothing to wait for but the end of what runs.
    mutating func leaveAtOnce() -> [Action] {
        stopping = .cancelling
        link = .waiting
        return held.indices.reversed().flatMap { drop(at: $0, reason: "the agent stops") } + leaveIfDone()
    }

    func leaveIfDone() -> [Action] {
        guard held.isEmpty else { return [] }
        switch (stopping, link) {
        case (.not, _): return []
        case (_, .registered): return [.unregister]
        // The daemon may have the registration already.
        case (_, .connecting): return []
        case (_, .waiting): return [.end(.stopped)]
        }
    }
}
