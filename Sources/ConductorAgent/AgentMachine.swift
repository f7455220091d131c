import ConductorClient
import ConductorModel

/// What an agent does next: a value without clock, socket or task. `AgentRunner` is the shell around it.
///
/// It begins with the first connection being made.
struct AgentMachine {
    enum Input: Sendable {
        /// The daemon took the registration.
        case registered(lease: Duration, adopted: [TaskID])
        /// No connection, no registration, or no longer.
        case disconnected(any Error)
        case waited
        case order(Order)
        case finished(TaskCompletion)
        /// The outcome is durable, or the daemon does not want it any more.
        case acknowledged(AttemptToken)
        case stop(AgentRunner.Stop)
    }

    enum Action {
        case connect(AgentRegistration)
        case wait(Duration)
        case execute(TaskAssignment)
        case cancel(AttemptToken, reason: String)
        case deliver(TaskCompletion)
        case unregister
        case end((any Error)?)
    }

    private enum Link {
        case connecting
        case registered
        case waiting
    }

    private enum Work {
        /// All slots are taken by work that the daemon counts as ended already.
        case queued(TaskAssignment)
        case running(isWanted: Bool)
        /// Kept until the daemon has acknowledged it.
        case answered(TaskCompletion)
    }

    private struct Held {
        let name: AttemptName
        let workflowID: WorkflowID?
        var work: Work
    }

    private let registration: AgentRegistration
    private let random: @Sendable () -> Double
    private var backoff: Backoff
    private var link: Link = .connecting
    /// In the order in which they came.
    private var held: [Held] = []
    private var isLeaving = false
    /// How long an agent whose id seems to be in use goes on asking: the daemon may not yet know that the old
    /// connection is gone. Nothing at the first start.
    private var patience: Duration = .zero
    private var wasRegistered = false

    init(registration: AgentRegistration, backoff: Backoff, random: @escaping @Sendable () -> Double) {
        self.registration = registration
        self.backoff = backoff
        self.random = random
    }

    mutating func handle(_ input: Input) -> [Action] {
        switch input {
        case .registered(let lease, let adopted): registered(lease: lease, adopted: adopted)
        case .disconnected(let error): disconnected(error)
        case .waited: waited()
        case .order(let order): obey(order)
        case .finished(let completion): finished(completion)
        case .acknowledged(let token): acknowledged(token)
        case .stop(let how): stop(how)
        }
    }

    private mutating func registered(lease: Duration, adopted: [TaskID]) -> [Action] {
        link = .registered
        wasRegistered = true
        patience = lease * 3
        backoff.succeeded()
        var actions: [Action] = []
        for index in held.indices.reversed() where !adopted.contains(held[index].name.taskID) {
            actions += drop(at: index, reason: "the daemon gave the work up")
        }
        for attempt in held {
            if case .answered(let completion) = attempt.work { actions.append(.deliver(completion)) }
        }
        return actions + leaveIfDone()
    }

    private mutating func disconnected(_ error: any Error) -> [Action] {
        guard !isLeaving else {
            link = .waiting
            return dropAll() + leaveIfDone()
        }
        let isTaken = (error as? Refusal)?.code == .agentAlreadyRegistered
        guard wasRegistered, isTransient(error) || isTaken && patience > .zero else { return [.end(error)] }
        let delay = backoff.failed(random: random())
        if isTaken { patience -= delay }
        link = .waiting
        return [.wait(delay)]
    }

    private mutating func waited() -> [Action] {
        guard !isLeaving else { return [] }
        link = .connecting
        var registration = registration
        registration.running = held.map {
            AttemptReference(taskID: $0.name.taskID, attempt: $0.name.attempt, token: $0.name.token)
        }
        return [.connect(registration)]
    }

    private mutating func obey(_ order: Order) -> [Action] {
        switch order {
        case .execute(let assignment):
            // A repeat after a reconnect, or work that unregistering hands back.
            guard let name = AttemptName(assignment), !isLeaving, !held.contains(where: { $0.name == name }) else {
                return []
            }
            held.append(Held(name: name, workflowID: assignment.workflowID, work: .queued(assignment)))
            return startQueued()
        case .cancel(let order):
            let index = held.firstIndex {
                $0.name.taskID == order.taskID && $0.name.attempt == order.attempt && $0.workflowID == order.workflowID
            }
            guard let index else { return [] }
            return cancel(at: index, reason: order.reason)
        // The shell ends the connection, which comes in as `disconnected`.
        case .stopping: return []
        }
    }

    private mutating func cancel(at index: Int, reason: String) -> [Action] {
        let name = held[index].name
        switch held[index].work {
        case .queued: return finished(TaskCompletion(name, .failed, message: reason, code: "CANCELLED"))
        case .running: return [.cancel(name.token, reason: reason)]
        case .answered: return []
        }
    }

    private mutating func finished(_ completion: TaskCompletion) -> [Action] {
        guard let index = held.firstIndex(where: { $0.name.token == completion.token }) else { return [] }
        var actions: [Action] = []
        switch held[index].work {
        case .running(isWanted: false): held.remove(at: index)
        case .queued, .running(isWanted: true), .answered:
            held[index].work = .answered(completion)
            switch link {
            case .registered: actions = [.deliver(completion)]
            case .connecting, .waiting: break
            }
        }
        return actions + startQueued() + leaveIfDone()
    }

    private mutating func acknowledged(_ token: AttemptToken) -> [Action] {
        held.removeAll { attempt in
            guard attempt.name.token == token, case .answered = attempt.work else { return false }
            return true
        }
        return leaveIfDone()
    }

    private mutating func stop(_ how: AgentRunner.Stop) -> [Action] {
        if isLeaving, case .connecting = link { return [.end(nil)] }
        isLeaving = true
        var actions: [Action] = []
        switch (how, link) {
        case (.finishing, .registered), (.finishing, .connecting): break
        case (_, .waiting): actions = dropAll()
        case (.cancelling, _):
            for index in held.indices.reversed() {
                switch held[index].work {
                case .queued, .running: actions += drop(at: index, reason: "the agent stops")
                case .answered: break
                }
            }
        }
        return actions + leaveIfDone()
    }

    /// There is nobody to deliver to, and nothing to wait for.
    private mutating func dropAll() -> [Action] {
        held.indices.reversed().flatMap { drop(at: $0, reason: "the agent stops") }
    }

    /// Without a result: unregistering, or the daemon itself, says what becomes of the attempt.
    private mutating func drop(at index: Int, reason: String) -> [Action] {
        switch held[index].work {
        case .queued, .answered:
            held.remove(at: index)
            return []
        case .running:
            held[index].work = .running(isWanted: false)
            return [.cancel(held[index].name.token, reason: reason)]
        }
    }

    private mutating func startQueued() -> [Action] {
        var free = registration.capacity - held.count { if case .running = $0.work { true } else { false } }
        var actions: [Action] = []
        for index in held.indices where free > 0 {
            guard case .queued(let assignment) = held[index].work else { continue }
            held[index].work = .running(isWanted: true)
            actions.append(.execute(assignment))
            free -= 1
        }
        return actions
    }

    private func leaveIfDone() -> [Action] {
        guard isLeaving, held.isEmpty else { return [] }
        switch link {
        case .registered: return [.unregister]
        // The daemon may have the registration already.
        case .connecting: return []
        case .waiting: return [.end(nil)]
        }
    }
}
