import ConductorEngine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// What agents do.
extension Simulator {
    mutating func act(agent index: Int) throws {
        try readMail(ofAgent: index)
        guard !agents[index].isDead else { return }
        guard agents[index].line.connection != nil else { return try register(index) }
        guard agents[index].isRegistered else { return }
        if isCalm {
            try heartbeat(index)
            while !agents[index].orders.isEmpty { try finish(index) }
            return
        }
        switch dice.below(20) {
        case 0..<10: try finish(index)
        case 10..<14: if agents[index].temper != .silent { try heartbeat(index) }
        case 14: try deliverAgain(index)
        case 15: try repeatResult(index)
        case 16: try forge(index)
        case 17..<19: try drainOrGiveBack(index)
        default: try report(index)
        }
    }

    /// Connects and registers, naming what it still has.
    private mutating func register(_ index: Int) throws {
        if !isCalm {
            if dice.oneIn(8) { agents[index].orders = [] }
            if index >= Self.types.count, dice.oneIn(6) { agents[index].type = dice.pick(Self.types) ?? .coding }
            agents[index].capacity = 1 + dice.below(3)
            if index >= Self.types.count, dice.oneIn(2) { agents[index].labels = dice.labels(1...2) }
        }
        agents[index].line.open(nextConnection())
        let agent = agents[index]
        // It was restarted meanwhile.
        if isCalm || dice.oneIn(2) { agents[index].isDraining = false }
        let isFirstReturn = audit.presence.fresh.contains(agent.id)
        var registration = AgentRegistration(agentID: agent.id, agentType: agent.type, capacity: agent.capacity)
        registration.labels = agent.labels
        registration.running = agent.held
        registration.isDraining = agents[index].isDraining
        if !registration.isDraining { audit.presence.draining.remove(agent.id) }
        audit.presence.capacities[agent.id] = agent.capacity
        audit.presence.labels[agent.id] = agent.labels
        audit.presence.leases[agent.id] = daemon.engine.configuration.lease
        let effects = try ask(.agentRegister(registration), as: index, .register)
        narrate("\(agent.id) registers as \(agent.type) with \(agent.held.map { "\($0.taskID)#\($0.attempt)" })")
        try audit.checkReturn(agent.id, registration, effects, isFirstReturn: isFirstReturn)
    }

    /// It is about to stop; what it has not begun goes back.
    private mutating func drainOrGiveBack(_ index: Int) throws {
        if let order = agents[index].orders.last, dice.oneIn(2), let task = order.task.taskID {
            narrate("\(agents[index].id) returns \(order.task.name)#\(order.attempt)")
            let attempt = AttemptReference(taskID: task, attempt: order.attempt, token: order.token)
            try ask(.taskReturn(attempt), as: index, .giveBack(order.token))
        } else if dice.oneIn(2) {
            narrate("\(agents[index].id) is about to stop")
            agents[index].isDraining = true
            let effects = try ask(.agentDrain(agents[index].id), as: index, .drain)
            let isTaken = effects.outputs.contains { if case .reply(_, .success) = $0 { true } else { false } }
            if isTaken { audit.presence.draining.insert(agents[index].id) }
        }
    }

    private mutating func heartbeat(_ index: Int) throws {
        try ask(.agentHeartbeat(agents[index].id), as: index, .heartbeat)
    }

    /// Completes an order, mostly the oldest.
    private mutating func finish(_ index: Int) throws {
        guard !agents[index].orders.isEmpty else { return try heartbeat(index) }
        let place = isCalm || !dice.oneIn(4) ? 0 : dice.below(agents[index].orders.count)
        let order = agents[index].orders.remove(at: place)
        let answer = dice.answer(order, temper: agents[index].temper, isCalm: isCalm)
        narrate("\(agents[index].id) answers \(order.task.name)#\(order.attempt): \(answer.status)")
        try complete(answer.completion(of: order), index)
    }

    private mutating func complete(_ result: TaskCompletion, _ index: Int) throws {
        if !agents[index].results.contains(where: { $0.token == result.token }) { agents[index].results.append(result) }
        try ask(.taskComplete(result), as: index, .result(result))
    }

    /// It is impatient, and sends what is not acknowledged once more.
    private mutating func deliverAgain(_ index: Int) throws {
        for result in agents[index].results { try complete(result, index) }
    }

    private mutating func repeatResult(_ index: Int) throws {
        guard let result = dice.pick(agents[index].acknowledged) else { return }
        try ask(.taskComplete(result), as: index, .repeated(result))
    }

    /// A result that must not be taken: with another token, or from another user.
    private mutating func forge(_ index: Int) throws {
        guard let order = dice.pick(agents[index].orders) else { return }
        var result = WorkAnswer.completed.completion(of: order)
        if dice.oneIn(2) {
            result.token = AttemptToken(high: dice.next(), low: dice.next())
            try ask(.taskComplete(result), as: index, .forged("with a token that nobody was given"))
        } else {
            let other = (index + 1) % agents.count
            guard agents[other].line.connection != nil else { return }
            try ask(.taskComplete(result), as: other, .forged("from another user"))
        }
    }

    private mutating func report(_ index: Int) throws {
        guard let order = dice.pick(agents[index].orders), let task = order.task.taskID,
            let connection = agents[index].line.connection
        else { return }
        let report = AttemptReport(
            taskID: task, attempt: order.attempt, token: order.token, content: .progress(percent: 50, message: nil))
        noteHeard(index)
        try tell(.report(report, connection))
    }

    @discardableResult
    private mutating func ask(
        _ request: Request, as index: Int, _ question: SimulatedAgent.Question
    ) throws -> Effects {
        guard let connection = agents[index].line.connection else { return Effects() }
        noteHeard(index)
        agents[index].questions[lastRequest + 1] = question
        return try ask(request, on: connection, as: agents[index].peer).1
    }

    mutating func noteHeard(_ index: Int) {
        audit.presence.heard[agents[index].id] = daemon.now.monotonic
    }

    // MARK: What comes back

    private mutating func readMail(ofAgent index: Int) throws {
        for mail in agents[index].line.read() {
            switch mail {
            case .reply(let number, let answer):
                guard let question = agents[index].questions.removeValue(forKey: number) else { continue }
                try read(answer, to: question, index)
            case .notification(.execute(let order)): agents[index].orders.append(order)
            case .notification(.cancel(let task, let workflow, let attempt, _)):
                try cancel(task, workflow, attempt, index)
            case .notification(.stopping), .notification(.event), .notification(.busMessage), .event:
                break
            }
        }
    }

    private mutating func read(
        _ answer: Result<Reply, Refusal>, to question: SimulatedAgent.Question, _ index: Int
    ) throws {
        let id = agents[index].id
        if case .failure(let refusal) = answer { narrate("\(id) is answered \(refusal)") }
        switch (question, answer) {
        case (.register, .success(.registered(let state, _, let adopted))):
            guard state.capacity == agents[index].capacity else {
                throw Violation("\(id) has \(agents[index].capacity) slots, and the daemon says \(state.capacity)")
            }
            agents[index].isRegistered = true
            // Orders come behind the reply, so that all that it has now is from before.
            agents[index].keep(adopted)
            try deliverAgain(index)
        case (.register, _), (.heartbeat, .failure): try loseConnection(ofAgent: index)
        case (.giveBack(let token), .success): agents[index].orders.removeAll { $0.token == token }
        case (.giveBack, .failure(let refusal)):
            guard refusal.code != .permissionDenied else { throw Violation("\(id) may not return its own task") }
        case (.drain, _): break
        case (.result(let result), .success): agents[index].acknowledge(result)
        case (.result(let result), .failure(let refusal)):
            guard refusal.code != .permissionDenied else { throw Violation("\(id) may not complete its own task") }
            agents[index].results.removeAll { $0.token == result.token }
        case (.repeated(let result), .failure(let refusal)):
            throw Violation("\(result.taskID) of \(id) was recorded, and its repeat is \(refusal.code.rawValue)")
        case (.forged(let how), .success): throw Violation("a result \(how) was taken")
        case (.repeated, .success), (.forged, .failure), (.heartbeat, .success): break
        }
    }

    private mutating func cancel(_ task: TaskID, _ workflow: WorkflowID?, _ attempt: Int, _ index: Int) throws {
        guard
            let place = agents[index].orders.firstIndex(where: {
                $0.task.taskID == task && $0.workflowID == workflow && $0.attempt == attempt
            })
        else { return }
        // Some do not listen, and their results come late.
        guard isCalm || !dice.oneIn(3) else { return }
        let order = agents[index].orders.remove(at: place)
        try complete(WorkAnswer.failed("CANCELLED", "as told").completion(of: order), index)
    }
}
