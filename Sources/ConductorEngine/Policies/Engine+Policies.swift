import ConductorJSON
import ConductorModel

extension Engine {
    mutating func register(_ policy: Policy, _ turn: inout Turn) -> Result<Reply, Refusal> {
        policies.register(policy)
        turn.change(.policySaved(policy))
        turn.output(.policyRegistered(policy))
        pumpAll(&turn)
        return .success(.policy(policy))
    }

    mutating func unregisterPolicy(_ name: String, _ turn: inout Turn) -> Result<Reply, Refusal> {
        guard let kind = Policy.Kind(rawValue: name), policies.unregister(kind) else {
            return .success(.unregistered(false))
        }
        turn.change(.policyRemoved(kind))
        turn.output(.policyUnregistered(kind))
        pumpAll(&turn)
        return .success(.unregistered(true))
    }

    /// Asks every policy that fits what is given.
    func evaluate(_ question: PolicyQuestion, _ known: Known) -> Result<Reply, Refusal> {
        var subject = PolicySubject(task: question.task, runningTasks: runningTasks)
        if let id = question.agentID { subject.agent = registry[id].map { .known($0) } ?? .unknown(id) }
        if let id = question.workflowID {
            switch workflow(id, known) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let state): subject.tally = state.record.tally
            }
        }
        let results = policies.policies.compactMap { $0.evaluate(subject) }
        return .success(.policyResults(allowed: results.allSatisfy(\.allowed), results))
    }
}
