import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// What clients do besides submitting work. They know what is durable.
extension Simulator {
    mutating func nextAct(_ index: Int) -> SimulatedClient.Errand? {
        switch dice.below(20) {
        case 0..<4: steer()
        case 4..<7: loop()
        case 7..<10: handleErrors()
        case 10..<13: cancel()
        case 13..<16: operate()
        case 16: look()
        case 17: talk(index)
        default: index == 0 ? changePolicies() : nil
        }
    }

    private mutating func steer() -> SimulatedClient.Errand? {
        let workflows = daemon.store.workflows
        switch dice.below(4) {
        case 0:
            return dice.pick(workflows.filter { !$0.status.isTerminal }).map { .once(.workflowPause($0.workflowID)) }
        case 1: return dice.pick(workflows.filter(\.isPaused)).map { .once(.workflowResume($0.workflowID)) }
        default:
            guard let workflow = dice.pick(workflows.filter(\.isHeldAtGate)) else { return nil }
            var approval = WorkflowApproval(workflowID: workflow.workflowID, approve: dice.oneIn(2))
            approval.requestKey = nextKey()
            return .keyed(.workflowApprove(approval))
        }
    }

    private mutating func loop() -> SimulatedClient.Errand? {
        guard let workflow = dice.pick(daemon.store.workflows.filter(\.status.isTerminal)) else { return nil }
        if dice.oneIn(2) {
            var retry = WorkflowRetry(workflowID: workflow.workflowID)
            retry.onlyFailed = dice.oneIn(2)
            retry.requestKey = nextKey()
            return .keyed(.workflowRetry(retry))
        }
        var feedback = WorkflowFeedback(workflowID: workflow.workflowID, feedback: Feedback(severity: .info))
        feedback.through = dice.oneIn(2) ? .all : .development
        feedback.requestKey = nextKey()
        return .keyed(.workflowFeedback(feedback))
    }

    private mutating func handleErrors() -> SimulatedClient.Errand? {
        let tripped = daemon.store.breakers.values.filter { !$0.isClosed }.map(\.agentID).sorted()
        if let agent = dice.pick(tripped), dice.oneIn(3) { return .once(.breakerReset(agent)) }
        guard let letter = dice.pick(daemon.store.deadLetters.filter { $0.state == .kept }) else { return nil }
        if dice.oneIn(4) { return .once(.deadLetterDiscard(letter.id)) }
        var redrive = DeadLetterRedrive(id: letter.id)
        redrive.requestKey = nextKey()
        return .keyed(.deadLetterRedrive(redrive))
    }

    private mutating func cancel() -> SimulatedClient.Errand? {
        if dice.oneIn(3) {
            return dice.pick(daemon.store.workflows).map { .once(.workflowCancel($0.workflowID, reason: nil)) }
        }
        return dice.pick(daemon.store.tasks).map { .once(.taskCancel($0.key, reason: nil)) }
    }

    private mutating func operate() -> SimulatedClient.Errand? {
        guard let agent = dice.pick(agents)?.id else { return nil }
        return switch dice.below(4) {
        case 0: .once(.agentPause(agent))
        case 1, 2: .once(.agentResume(agent))
        default: .once(.agentUnregister(agent))
        }
    }

    private mutating func look() -> SimulatedClient.Errand? {
        if dice.oneIn(2) { return dice.pick(daemon.store.tasks).map { .once(.taskGet($0.key)) } }
        return dice.pick(daemon.store.workflows).map { .once(.workflowGet($0.workflowID)) }
    }

    private mutating func changePolicies() -> SimulatedClient.Errand? {
        switch dice.below(5) {
        case 0: .once(.policyRegister(.maxConcurrentTasks(limit: 2)))
        case 1: .once(.policyRegister(.phaseGate(requiredSuccessRate: 0.5)))
        case 2: .once(.policyRegister(.agentAvailability))
        default: .once(.policyUnregister(name: (dice.pick(Policy.Kind.allCases) ?? .phaseGate).rawValue))
        }
    }

    private mutating func nextKey() -> String {
        named += 1
        return "key-\(named)"
    }
}

extension SimulatedClient.Errand {
    static func once(_ request: Request) -> Self { Self(request: request, isRepeatable: false) }

    static func keyed(_ request: Request) -> Self { Self(request: request, isRepeatable: true) }
}

extension Request {
    /// The key of an act that is done once.
    var act: String? {
        switch self {
        case .workflowApprove(let approval): approval.requestKey
        case .workflowRetry(let retry): retry.requestKey
        case .workflowFeedback(let feedback): feedback.requestKey
        case .deadLetterRedrive(let redrive): redrive.requestKey
        default: nil
        }
    }

    /// What it is about, for people.
    var subject: String {
        switch self {
        case .taskDispatch(let dispatch): dispatch.task.source.string
        case .workflowRun(let submission): submission.definition.source.string
        case .taskGet(let key), .taskCancel(let key, _): "\(key)"
        case .workflowGet(let id), .workflowCancel(let id, _), .workflowPause(let id), .workflowResume(let id): "\(id)"
        case .workflowApprove(let approval): "\(approval.workflowID) \(approval.approve)"
        case .workflowRetry(let retry): "\(retry.workflowID)"
        case .workflowFeedback(let feedback): "\(feedback.workflowID)"
        case .agentPause(let id), .agentResume(let id), .agentUnregister(let id, _), .breakerReset(let id): "\(id)"
        default: ""
        }
    }
}
