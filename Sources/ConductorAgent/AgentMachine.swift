import ConductorClient
import ConductorModel
import ConductorProtocol

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
        case order(AgentCommand)
        case finished(TaskCompletion)
        /// Nothing of the attempt could begin.
        case unstarted(TaskAssignment, ResourceShortage)
        /// The outcome is durable, or the daemon does not want it any more.
        case acknowledged(AttemptToken)
        /// The daemon knows that the agent is about to stop, or is too old to know what that means.
        case drained
        /// The daemon has the attempt back, or does not want it any more.
        case returned(AttemptToken)
        case stop(AgentRunner.Stop)
    }

    enum Action {
        case connect(AgentRegistration)
        case wait(Duration)
        case execute(TaskAssignment)
        case cancel(AttemptToken, reason: String)
        case deliver(TaskCompletion)
        case drain
        case giveBack(AttemptReference)
        case unregister
        case end(AgentRunner.End)
    }

    enum Link {
        case connecting(isDraining: Bool)
        case registered
        case waiting
    }

    enum Work {
        /// Every slot is taken by work that the daemon counts as ended already, or that has to end first for want of
        /// resources.
        case queued(TaskAssignment)
        case running(isWanted: Bool)
        /// Kept until the daemon has acknowledged it.
        case answered(TaskCompletion)
        /// Not begun, and not to be begun: it goes back to the daemon.
        case returning
    }

    struct Held {
        let name: AttemptName
        let workflowID: WorkflowID?
        var work: Work
    }

    enum Stopping {
        case not
        /// What runs is finished. `isTold`: the daemon gives nothing more.
        case finishing(isTold: Bool)
        case cancelling
    }

    /// How long an agent that has finished its work goes on asking for a daemon that is away, to deliver it.
    static let leavingPatience: Duration = .seconds(60)

    let registration: AgentRegistration
    let random: @Sendable () -> Double
    var backoff: Backoff
    var link: Link = .connecting(isDraining: false)
    /// In the order in which they came.
    var held: [Held] = []
    /// How many may run at once, as far as the system has room for them.
    var room: Int
    var stopping = Stopping.not
    /// How long an agent goes on asking: whose id seems to be in use, as the daemon may not yet know that the old
    /// connection is gone; or that is done and finds no daemon. Nothing at the first start.
    var patience: Duration = .zero
    var wasRegistered = false

    init(registration: AgentRegistration, backoff: Backoff, random: @escaping @Sendable () -> Double) {
        self.registration = registration
        self.backoff = backoff
        self.random = random
        room = registration.capacity
    }

    mutating func handle(_ input: Input) -> [Action] {
        switch input {
        case .registered(let lease, let adopted): registered(lease: lease, adopted: adopted)
        case .disconnected(let error): disconnected(error)
        case .waited: waited()
        case .order(.execute(let assignment)): take(assignment)
        case .order(.cancel(let order)): cancel(order)
        // The shell ends the connection, which comes in as `disconnected`.
        case .order(.stopping): []
        case .finished(let completion): finished(completion)
        case .unstarted(let assignment, let shortage): unstarted(assignment, shortage)
        case .acknowledged(let token): acknowledged(token)
        case .drained: drained()
        case .returned(let token): returned(token)
        case .stop(let how): stop(how)
        }
    }

    private mutating func registered(lease: Duration, adopted: [TaskID]) -> [Action] {
        let isDraining: Bool
        switch link {
        case .connecting(let flag): isDraining = flag
        case .registered, .waiting: isDraining = false
        }
        link = .registered
        wasRegistered = true
        switch stopping {
        case .not: patience = lease * 3
        case .finishing, .cancelling: patience = Self.leavingPatience
        }
        backoff.succeeded()
        var actions: [Action] = []
        for index in held.indices.reversed() where !adopted.contains(held[index].name.taskID) {
            actions += drop(at: index, reason: "the daemon gave the work up")
        }
        for attempt in held {
            if case .answered(let completion) = attempt.work { actions.append(.deliver(completion)) }
        }
        switch stopping {
        case .not, .cancelling: break
        case .finishing where held.isEmpty: break
        case .finishing: actions += isDraining ? drained() : [.drain]
        }
        return actions + leaveIfDone()
    }

    private mutating func disconnected(_ error: any Error) -> [Action] {
        let code = (error as? Refusal)?.code
        if wasRegistered, code == .notFound { return [.end(.unregistered)] }
        let isTaken = code == .agentAlreadyRegistered
        let isWorthATry = isTransient(error) || isTaken && patience > .zero
        switch stopping {
        case .not:
            guard wasRegistered, isWorthATry else { return [.end(.failed(error))] }
        case .finishing:
            guard wasRegistered, isWorthATry, !held.isEmpty, isAtWork || patience > .zero else { return leaveAtOnce() }
        case .cancelling: return leaveAtOnce()
        }
        let delay = backoff.failed(random: random())
        if isTaken || !isAtWork { patience -= delay }
        link = .waiting
        return [.wait(delay)]
    }

    private mutating func waited() -> [Action] {
        var registration = registration
        switch stopping {
        case .not: break
        case .finishing: registration.isDraining = true
        case .cancelling: return []
        }
        link = .connecting(isDraining: registration.isDraining)
        registration.running = held.map(\.name.reference)
        return [.connect(registration)]
    }
}
