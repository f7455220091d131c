import ConductorClient
import ConductorModel
import ConductorProtocol

/// What becomes of attempts, from the order to the daemon's acknowledgement.
extension AgentMachine {
    var isAtWork: Bool { runningCount > 0 }

    private var runningCount: Int {
        held.count { if case .running = $0.work { true } else { false } }
    }

    mutating func take(_ assignment: TaskAssignment) -> [Action] {
        // A repeat after a reconnect.
        guard let name = AttemptName(assignment), !held.contains(where: { $0.name == name }) else { return [] }
        var attempt = Held(name: name, workflowID: assignment.workflowID, work: .queued(assignment))
        switch stopping {
        case .not:
            held.append(attempt)
            return startQueued()
        case .finishing(let isTold):
            // It crossed the agent's own word on the way.
            attempt.work = .returning
            held.append(attempt)
            return isTold ? [.giveBack(name.reference)] : []
        // Unregistering hands it back.
        case .cancelling: return []
        }
    }

    mutating func cancel(_ order: AgentCommand.Cancellation) -> [Action] {
        let index = held.firstIndex {
            $0.name.taskID == order.taskID && $0.name.attempt == order.attempt && $0.workflowID == order.workflowID
        }
        guard let index else { return [] }
        let name = held[index].name
        switch held[index].work {
        case .queued: return finished(TaskCompletion(name, .failed, message: order.reason, code: "CANCELLED"))
        case .running: return [.cancel(name.token, reason: order.reason)]
        case .answered, .returning: return []
        }
    }

    mutating func finished(_ completion: TaskCompletion) -> [Action] {
        guard let index = held.firstIndex(where: { $0.name.token == completion.token }) else { return [] }
        var actions: [Action] = []
        switch held[index].work {
        case .running(isWanted: false): held.remove(at: index)
        case .queued, .running(isWanted: true), .answered, .returning:
            held[index].work = .answered(completion)
            switch link {
            case .registered: actions = [.deliver(completion)]
            case .connecting, .waiting: break
            }
        }
        // What it took is free again, and perhaps more.
        room = min(room + 1, registration.capacity)
        return actions + startQueued() + leaveIfDone()
    }

    /// The system had no room for one more: the attempt waits for the end of another one, where there is one.
    mutating func unstarted(_ assignment: TaskAssignment, _ shortage: ResourceShortage) -> [Action] {
        guard let index = held.firstIndex(where: { $0.name.token == assignment.token }) else { return [] }
        let name = held[index].name
        guard case .running(isWanted: true) = held[index].work, runningCount > 1 else {
            return finished(TaskCompletion(name, thrown: shortage))
        }
        switch stopping {
        case .not:
            held[index].work = .queued(assignment)
            room = max(runningCount, 1)
            return []
        case .finishing(let isTold):
            held[index].work = .returning
            return isTold ? [.giveBack(name.reference)] : []
        case .cancelling:
            held.remove(at: index)
            return []
        }
    }

    mutating func acknowledged(_ token: AttemptToken) -> [Action] {
        held.removeAll { attempt in
            guard attempt.name.token == token, case .answered = attempt.work else { return false }
            return true
        }
        return leaveIfDone()
    }

    /// Without a result: unregistering, or the daemon itself, says what becomes of the attempt.
    mutating func drop(at index: Int, reason: String) -> [Action] {
        switch held[index].work {
        case .queued, .answered, .returning:
            held.remove(at: index)
            return []
        case .running:
            held[index].work = .running(isWanted: false)
            return [.cancel(held[index].name.token, reason: reason)]
        }
    }

    mutating func startQueued() -> [Action] {
        var free = min(registration.capacity, room) - runningCount
        var actions: [Action] = []
        for index in held.indices where free > 0 {
            guard case .queued(let assignment) = held[index].work else { continue }
            held[index].work = .running(isWanted: true)
            actions.append(.execute(assignment))
            free -= 1
        }
        return actions
    }
}
