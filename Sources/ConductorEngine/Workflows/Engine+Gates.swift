import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What stands between two phases.
extension Engine {
    /// Nil where no gate is asked.
    private func evaluateGate(of definition: WorkflowDefinition, _ tally: Tally) -> PolicyResult? {
        if let gate = definition.gate {
            return Policy.evaluateGate(
                requiredSuccessRate: gate.requiredSuccessRate, tally, name: Policy.Kind.phaseGate.rawValue)
        }
        return policies.gate?.evaluate(PolicySubject(tally: tally, runningTasks: live.running))
    }

    /// Whether the workflow goes on; if not, it has ended or is held.
    mutating func passGate(
        after course: (phase: Int, last: Int), _ phase: Phase, _ id: WorkflowID, _ transaction: inout EngineTransaction
    ) -> Bool {
        guard let record = workflows[id]?.record,
            let result = evaluateGate(of: record.definition, record.tally)
        else { return true }
        guard !result.allowed, !canaries.plants(.ignoreGate) else {
            emit(.gatePassed, workflow: id, phase: phase, &transaction)
            return true
        }
        emit(.gateBlocked, workflow: id, phase: phase, &transaction) { writer in
            writer.member("policy_name", result.policyName)
            writer.member("reason", result.reason)
            writer.member("held", record.definition.onGateBlocked == .approve)
        }
        switch record.definition.onGateBlocked {
        case .approve:
            workflows[id]?.hold(after: course)
        case .fail:
            fail(id, .phaseGateBlocked, "the gate after \(phase.rawValue) is blocked: \(result.reason)", &transaction)
        }
        return false
    }

    /// Ends a workflow as failed, with the reason in its log.
    @discardableResult
    mutating func fail(
        _ id: WorkflowID, _ code: Refusal.Code, _ message: String, _ transaction: inout EngineTransaction
    ) -> WorkflowState? {
        workflows[id]?.log(
            code.rawValue, message, at: transaction.now.wall, keeping: configuration.limits.maxErrorLogEntries)
        return finish(id, .failed, .workflowFailed, &transaction)
    }

    func checkGate(_ id: WorkflowID, _ known: StoredContext) -> Result<Reply, Refusal> {
        workflow(id, known).map { state in
            let results = [evaluateGate(of: state.record.definition, state.record.tally)].compactMap { $0 }
            return .gate(allowed: results.allSatisfy(\.allowed), results)
        }
    }
}
