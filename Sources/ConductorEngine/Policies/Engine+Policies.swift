import ConductorJSON
import ConductorModel
import ConductorProtocol

extension Engine {
    mutating func register(_ policy: Policy, _ transaction: inout EngineTransaction) -> Result<Reply, Refusal> {
        policies.register(policy)
        transaction.change(.policySaved(policy))
        transaction.output(.policyRegistered(policy))
        drainQueues(&transaction)
        return .success(.policy(policy))
    }

    mutating func unregisterPolicy(_ name: String, _ transaction: inout EngineTransaction) -> Result<Reply, Refusal> {
        guard let kind = Policy.Kind(rawValue: name), policies.unregister(kind) else {
            return .success(.unregistered(false))
        }
        transaction.change(.policyRemoved(kind))
        transaction.output(.policyUnregistered(kind))
        drainQueues(&transaction)
        return .success(.unregistered(true))
    }

    /// Asks every policy that fits what is given.
    func evaluate(_ question: PolicyQuestion, _ known: StoredContext) -> Result<Reply, Refusal> {
        var subject = PolicySubject(task: question.task, runningTasks: live.running)
        if let id = question.agentID { subject.agent = fleet[id].map { .known($0) } ?? .unknown(id) }
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
