import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// What clients do.
extension Simulator {
    mutating func act(client index: Int) throws {
        try readMail(ofClient: index)
        guard clients[index].line.connection != nil else { return try connect(index) }
        if isCalm { return try putRight(index) }
        switch dice.below(20) {
        case 0..<7: try submitTask(index)
        case 7..<11: try submitWorkflow(index)
        case 11..<13: try repeatErrand(index)
        default: if let errand = nextAct(index) { try run(errand, index) }
        }
    }

    /// Connects, goes on with the events where it stopped, and asks again what it has no answer to.
    private mutating func connect(_ index: Int) throws {
        clients[index].line.open(nextConnection())
        clients[index].channels = []
        narrate("client \(index) connects")
        let filter = EventFilter(afterSequence: clients[index].lastSequence)
        try run(.init(request: .eventSubscribe(filter), isRepeatable: false), index)
        let again = clients[index].again
        clients[index].again = []
        for errand in again { try run(errand, index) }
    }

    private mutating func submitTask(_ index: Int) throws {
        named += 1
        var dispatch = TaskDispatch(task: dice.task("task-\(named)"))
        dispatch.whenBusy = dice.oneIn(3) ? .fail : .queue
        if dice.oneIn(3) { dispatch.queueTimeout = .seconds(dice.below(200)) }
        dispatch.detach = dice.oneIn(2)
        try run(.init(request: .taskDispatch(dispatch), isRepeatable: true), index)
    }

    private mutating func submitWorkflow(_ index: Int) throws {
        named += 1
        var submission = WorkflowSubmission(definition: try dice.workflow("workflow-\(named)"))
        submission.detach = dice.oneIn(2)
        try run(.init(request: .workflowRun(submission), isRepeatable: true), index)
    }

    private mutating func repeatErrand(_ index: Int) throws {
        guard var errand = dice.pick(clients[index].answered) else { return }
        errand.isRepeat = true
        try run(errand, index)
    }

    private mutating func run(_ errand: SimulatedClient.Errand, _ index: Int) throws {
        guard let connection = clients[index].line.connection else { return }
        narrate("client \(index) asks \(errand.request.method.rawValue) \(errand.request.subject)")
        let (number, effects) = try ask(errand.request, on: connection, as: clients[index].peer)
        clients[index].asked[number] = errand
        guard errand.isRepeatable else { return }
        if errand.isRepeat, !effects.changes.isEmpty {
            throw Violation("\(errand.request.method.rawValue) was done, and its repeat changes something")
        }
        if let act = errand.request.act, !effects.changes.isEmpty { try audit.noteAct(act) }
    }

    // MARK: What comes back

    private mutating func readMail(ofClient index: Int) throws {
        for mail in clients[index].line.read() {
            switch mail {
            case .reply(let number, let answer):
                guard let errand = clients[index].asked.removeValue(forKey: number) else { continue }
                try read(answer, to: errand, index)
            case .event(let event):
                let last = clients[index].lastSequence
                guard event.sequence == last + 1 else {
                    throw Violation("a subscriber saw event \(event.sequence) behind event \(last)")
                }
                clients[index].lastSequence = event.sequence
            case .notification(.busMessage(let channel, _)):
                guard clients[index].channels.contains(channel) else {
                    throw Violation("client \(index) hears of \(channel), to which it does not listen")
                }
            case .notification(.execute), .notification(.cancel), .notification(.event), .notification(.stopping): break
            }
        }
    }

    private mutating func read(
        _ answer: Result<Reply, Refusal>, to errand: SimulatedClient.Errand, _ index: Int
    ) throws {
        try checkResponse(answer, to: errand.request)
        switch answer {
        case .success where errand.isRepeatable && !errand.isRepeat: clients[index].note(errand)
        case .success: break
        case .failure(let refusal):
            narrate("client \(index) is answered \(refusal)")
            switch refusal.code {
            case .storageFull, .shuttingDown: if errand.isRepeatable { clients[index].again.append(errand) }
            case .notFound, .conflict, .maxFeedbackLoops:
                guard !errand.isRepeat else {
                    throw Violation("\(errand.request.method.rawValue) was done, and its repeat is refused: \(refusal)")
                }
            case .internalError, .parseError, .invalidRequest, .badFrame, .frameTooLarge, .methodNotFound,
                .invalidParams:
                throw Violation("\(errand.request.method.rawValue) is answered \(refusal)")
            case .noAgentType, .noAvailableAgent, .policyViolation, .taskValidationFailed, .agentAlreadyRegistered,
                .staleAttempt, .permissionDenied, .quotaExceeded, .timeout, .cancelled, .agentLost, .phaseGateBlocked,
                .expressionError:
                break
            }
        }
    }

    /// In the end nothing is left paused, held or forbidden.
    private mutating func putRight(_ index: Int) throws {
        guard index == 0 else { return }
        for policy in audit.decided.policies { try run(.once(.policyUnregister(name: policy.kind.rawValue)), index) }
        for id in audit.course.workflows.keys.sorted() {
            guard let workflow = audit.decided.workflow(id) else { continue }
            if workflow.isPaused { try run(.once(.workflowResume(id)), index) }
            if workflow.isHeldAtGate {
                try run(.once(.workflowApprove(WorkflowApproval(workflowID: id, approve: true))), index)
            }
        }
        for agent in agents
        where audit.decided.agents[agent.id].map({ $0.isPaused || $0.isDraining }) ?? false {
            try run(.once(.agentResume(agent.id)), index)
        }
    }
}
