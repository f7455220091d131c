import ConductorBridge
import ConductorEngine
import ConductorEngineSupport
import ConductorModel
import ConductorProtocol
import ConductorRandom
import ConductorSpecification

/// Owners: clients give their daemons work, and their bridges do what their machines say.
extension BridgeSimulator {
    mutating func stepOwner(_ index: Int) throws {
        owners[index].daemon.pass(Self.turnTime)
        if !isCalm { actAsClient(index) }
        switch owners[index].bridge {
        case .down(let until):
            if turn >= until || isCalm { startOwner(index) }
        case .up:
            for (agent, notification) in owners[index].daemon.takeUnread() {
                guard let seat = owners[index].seats.first(where: { $0.agentID == agent }) else { continue }
                switch notification {
                case .execute(let assignment): try feedOwner(index, .execute(assignment, seat))
                case .cancel(let taskID, let workflowID, let attempt, let reason):
                    let order = AttemptCancellation(
                        taskID: taskID, workflowID: workflowID, attempt: attempt, reason: reason)
                    try feedOwner(index, .cancel(order, seat))
                case .event, .busMessage, .stopping: break
                }
            }
            try answerCalls(index, count: isCalm ? owners[index].calls.count : dice.below(6))
            try feedOwner(index, .tick)
        }
    }

    private mutating func actAsClient(_ index: Int) {
        if dice.oneIn(5) {
            let name = "\(owners[index].name)-\(owners[index].tasks.count)"
            let type: AgentType = dice.oneIn(3) ? .review : .coding
            let timeout = Duration.seconds(5 + dice.below(60))
            let definition = task(name, type) { task in
                task.taskID = id(name)
                task.timeout = timeout
                var retry = RetryPolicy()
                retry.initialDelay = .milliseconds(500)
                task.retry = retry
            }
            var dispatch = TaskDispatch(task: definition)
            dispatch.whenBusy = .queue
            _ = owners[index].daemon.send(.taskDispatch(dispatch))
            owners[index].tasks.append(TaskKey(taskID: id(name)))
        } else if dice.oneIn(40), let key = dice.pick(owners[index].tasks) {
            _ = owners[index].daemon.ask(.taskCancel(key, reason: "nobody needs it"))
        }
    }

    private mutating func startOwner(_ index: Int) {
        narrate("the bridge of \(owners[index].name) starts")
        owners[index].bridge = .up(
            OwnerMachine(owners[index].configuration, restoring: owners[index].book, at: now))
    }

    mutating func feedOwner(_ index: Int, _ input: OwnerMachine.Input) throws {
        guard case .up(var machine) = owners[index].bridge else { return }
        let actions = machine.handle(input, at: now, random: &dice)
        owners[index].bridge = .up(machine)
        for action in actions { try perform(action, index) }
    }

    private mutating func perform(_ action: OwnerMachine.Action, _ index: Int) throws {
        switch action {
        case .send(let message, let host): try send(message, from: index, to: host)
        case .register(let registration, let seat):
            try audit.registers(registration, seat, by: owners[index])
            narrate("\(owners[index].name) registers \(registration.agentID) for \(registration.capacity)")
            let adopted = owners[index].daemon.register(registration)
            try feedOwner(index, adopted.map { .registered(seat, adopted: $0) } ?? .unregistered(seat))
        case .complete(let completion):
            let lease = Int(owners[index].configuration.lease / Self.turnTime)
            try audit.completes(completion, by: owners[index].name, at: turn, leaseTurns: lease)
            owners[index].calls.append(.complete(completion))
        case .giveBack(let attempt): owners[index].calls.append(.giveBack(attempt))
        case .drain(let seat): owners[index].calls.append(.drain(seat))
        case .report(let report, let seat): owners[index].calls.append(.report(report, seat))
        case .record(let record): owners[index].calls.append(.record(record))
        case .erase(let claim): owners[index].calls.append(.erase(claim))
        }
    }

    /// The daemon and the disk do what they were asked, in order, and the bridge hears of it.
    private mutating func answerCalls(_ index: Int, count: Int) throws {
        for _ in 0..<min(count, owners[index].calls.count) {
            let call = owners[index].calls.removeFirst()
            if let input = try answer(call, index) { try feedOwner(index, input) }
        }
    }

    /// What comes of a call. It happens also where nobody is left to hear of it.
    mutating func answer(_ call: SimulatedOwner.Call, _ index: Int) throws -> OwnerMachine.Input? {
        switch call {
        case .complete(let completion):
            _ = owners[index].daemon.ask(.taskComplete(completion))
            return .completed(completion.token)
        case .giveBack(let attempt):
            _ = owners[index].daemon.ask(.taskReturn(attempt))
            return .returned(attempt.token)
        case .drain(let seat):
            guard case .success = owners[index].daemon.ask(.agentDrain(seat.agentID)) else {
                return .unregistered(seat)
            }
            return .drained(seat)
        case .report(let report, let seat):
            owners[index].daemon.report(report, from: seat.agentID)
            return nil
        case .record(let record):
            try audit.recorded(record, by: owners[index].name)
            owners[index].book.append(record)
            return .recorded(record.claim)
        case .erase(let claim):
            owners[index].book.removeAll { $0.claim == claim }
            return nil
        }
    }
}

extension SimulatedOwner {
    var seats: [Seat] {
        configuration.offerings.flatMap { type, offering in
            offering.hosts.map { Seat(host: $0, agentType: type) }
        }.sorted()
    }
}
