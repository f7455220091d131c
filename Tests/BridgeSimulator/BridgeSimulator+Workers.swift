import ConductorBridge
import ConductorEngine
import ConductorEngineSupport
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// Workers: agents work, and bridges do what their machines say.
extension BridgeSimulator {
    mutating func stepWorker(_ index: Int) throws {
        workers[index].daemon.pass(Self.turnTime)
        try work(index)
        switch workers[index].bridge {
        case .down(let until):
            if turn >= until || isCalm { startWorker(index) }
        case .up:
            if workers[index].isConnecting { try connect(index) }
            try answerCalls(index, count: isCalm ? workers[index].calls.count : dice.below(6))
            try hearEnds(index)
            if turn % 2 == 0 { try feedWorker(index, .free(workers[index].freeAgents)) }
            try feedWorker(index, .tick)
        }
    }

    private mutating func startWorker(_ index: Int) {
        narrate("the bridge of \(workers[index].name) starts")
        workers[index].sessions += 1
        workers[index].bridge = .up(machine(workers[index]))
        workers[index].isConnecting = true
    }

    private mutating func connect(_ index: Int) throws {
        workers[index].isConnecting = false
        let remaining = workers[index].daemon.scene.stored.tasks.filter { !$0.status.isTerminal }
        try feedWorker(
            index,
            .connected(
                remaining.compactMap { record in
                    guard let name = ClaimName(record.key.taskID), let type = record.definition.assignedTo else {
                        return nil
                    }
                    return (name, type)
                }))
    }

    mutating func feedWorker(_ index: Int, _ input: WorkerMachine.Input) throws {
        guard case .up(var machine) = workers[index].bridge else { return }
        let actions = machine.handle(input, at: now)
        workers[index].bridge = .up(machine)
        for action in actions {
            switch action {
            case .send(let message, let host): send(message, from: index, to: host)
            case .dispatch(let name, let task): workers[index].calls.append(.dispatch(name, task))
            case .lookUp(let name): workers[index].calls.append(.lookUp(name))
            case .cancel(let name, let reason): workers[index].calls.append(.cancel(name, reason: reason))
            }
        }
    }

    private mutating func answerCalls(_ index: Int, count: Int) throws {
        for _ in 0..<min(count, workers[index].calls.count) {
            let call = workers[index].calls.removeFirst()
            if let input = answer(call, index) { try feedWorker(index, input) }
        }
    }

    /// What comes of a call. It happens also where nobody is left to hear of it.
    mutating func answer(_ call: SimulatedWorker.Call, _ index: Int) -> WorkerMachine.Input? {
        switch call {
        case .dispatch(let name, let definition):
            guard let read = try? TaskDefinition(json: definition.jsonText.parsed()) else { return nil }
            var dispatch = TaskDispatch(task: read)
            dispatch.whenBusy = .queue
            dispatch.queueTimeout = .seconds(3)
            workers[index].waiting.append((name, workers[index].daemon.send(.taskDispatch(dispatch))))
            return nil
        case .lookUp(let name):
            guard let record = workers[index].daemon.task(TaskKey(taskID: name.taskID)) else {
                return .found(name, .absent)
            }
            return .found(name, record.outcome.map { .ended(LocalEnding($0.result)) } ?? .alive)
        case .cancel(let name, let reason):
            _ = workers[index].daemon.ask(.taskCancel(TaskKey(taskID: name.taskID), reason: reason))
            return .cancelled(name)
        }
    }

    private mutating func hearEnds(_ index: Int) throws {
        for (name, caller) in workers[index].waiting {
            guard let answer = workers[index].daemon.scene.answer(to: caller) else { continue }
            workers[index].waiting.removeAll { $0.1 == caller }
            switch answer {
            case .success(let reply): try feedWorker(index, reply.ending.map { .ended(name, $0) } ?? .postponed(name))
            case .failure(let refusal):
                try feedWorker(index, LocalEnding(refusal).map { .ended(name, $0) } ?? .postponed(name))
            }
        }
    }

    // MARK: Agents

    private mutating func work(_ index: Int) throws {
        for (agent, notification) in workers[index].daemon.takeUnread() {
            switch notification {
            case .execute(let assignment): try begin(assignment, agent, index)
            case .cancel(let taskID, _, let attempt, _):
                finish(index, "CANCELLED") {
                    $0.assignment.task.taskID == taskID && $0.assignment.attempt == attempt
                }
            case .event, .busMessage, .stopping: break
            }
        }
        for work in workers[index].work where work.end <= turn {
            finish(index, work.errorCode) { $0.assignment.token == work.assignment.token }
        }
    }

    private mutating func begin(_ assignment: TaskAssignment, _ agent: AgentID, _ index: Int) throws {
        guard let taskID = assignment.task.taskID else { return }
        try audit.begins(taskID, on: workers[index].name)
        narrate("\(workers[index].name) begins \(taskID)")
        let lasts = dice.oneIn(10) ? 4 + dice.below(200) : 1 + dice.below(30)
        let errorCode = dice.oneIn(8) ? dice.pick(["BROKEN", "TRANSIENT_ERROR"]) : nil
        let status: TaskCompletion.Status = dice.oneIn(20) ? .rejected : errorCode == nil ? .completed : .failed
        workers[index].work.append(
            SimulatedWorker.Work(
                assignment: assignment, agent: agent, end: turn + lasts, status: status, errorCode: errorCode))
    }

    private mutating func finish(_ index: Int, _ errorCode: String?, _ isMeant: (SimulatedWorker.Work) -> Bool) {
        guard let position = workers[index].work.firstIndex(where: isMeant) else { return }
        let work = workers[index].work.remove(at: position)
        guard let taskID = work.assignment.task.taskID else { return }
        var completion = TaskCompletion(
            taskID: taskID, attempt: work.assignment.attempt, token: work.assignment.token,
            status: errorCode == "CANCELLED" ? .failed : work.status)
        completion.errorCode = errorCode
        completion.outputData = text("{\"done_as\":\"\(taskID)\"}")
        _ = workers[index].daemon.ask(.taskComplete(completion))
    }
}

extension SimulatedWorker {
    /// Its agents come back by themselves, with what they still do.
    mutating func registerAgent(_ type: AgentType) {
        let agent = Self.agentID(type)
        var registration = AgentRegistration(agentID: agent, agentType: type, capacity: Self.agentCapacity)
        registration.running = work.filter { $0.agent == agent }.compactMap { work in
            work.assignment.task.taskID.map {
                AttemptReference(taskID: $0, attempt: work.assignment.attempt, token: work.assignment.token)
            }
        }
        let adopted = Set(daemon.register(registration) ?? [])
        work.removeAll { work in
            work.agent == agent && !(work.assignment.task.taskID.map(adopted.contains) ?? false)
        }
    }

    var freeAgents: TypeCounts {
        var counts = TypeCounts()
        for state in daemon.scene.stored.agents.values where state.status == .idle || state.status == .running {
            counts[state.agentType] += max(0, state.capacity - state.running.count)
        }
        return counts
    }
}

extension Reply {
    fileprivate var ending: LocalEnding? {
        switch self {
        case .repeated(_, let reply): reply.ending
        case .result(let result): LocalEnding(result)
        default: nil
        }
    }
}
