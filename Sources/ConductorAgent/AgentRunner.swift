import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Keeps an agent registered and executes what the daemon gives it, up to the registration's capacity at once.
///
/// Where the connection is lost or the daemon restarts, work goes on; the runner connects again, names what it still
/// has, and delivers every result until the daemon has acknowledged it.
public struct AgentRunner: Sendable {
    /// What becomes of the work that runs when the agent stops.
    public enum Stop: Sendable {
        /// It is finished and delivered first.
        case finishing
        /// It is cancelled without a result: the daemon gives it to another agent.
        case cancelling
    }

    /// How a runner came to its end.
    enum End {
        case stopped
        /// Somebody unregistered the agent: it stays away.
        case unregistered
        case failed(any Error)
    }

    /// What happens, for a log.
    public enum Notice: Sendable {
        case registered
        case disconnected(any Error)
        /// Somebody else unregistered the agent: the runner ends what it has and returns.
        case unregistered
        case started(TaskAssignment)
        /// The system has too little for it now: it begins when other work has ended.
        case held(TaskAssignment, ResourceShortage)
        /// The work said something of itself; whether the daemon could be told or not.
        case reported(AttemptReport)
        case finished(TaskCompletion)
        case cancelling(reason: String)
    }

    package let registration: AgentRegistration
    let agent: any Agent
    let backoff: Backoff
    let dependencies: Dependencies
    let observe: @Sendable (Notice) -> Void
    /// Holds little: each child task of the runner, and the daemon by the agent's capacity, put in one thing at a time.
    let inbox: AsyncStream<AgentMachine.Input>
    let events: AsyncStream<AgentMachine.Input>.Continuation

    /// What the runner takes from outside.
    public struct Dependencies: Sendable {
        /// Makes a new connection each time that it is called.
        public var connect: @Sendable () async throws -> ConductorClient
        /// Waits; it throws where the task is cancelled.
        public var sleep: @Sendable (Duration) async throws -> Void
        /// From 0 to 1.
        public var random: @Sendable () -> Double

        public init(
            connect: @escaping @Sendable () async throws -> ConductorClient,
            // While the machine sleeps, no time passes for the daemon either.
            sleep: @escaping @Sendable (Duration) async throws -> Void = {
                try await Task.sleep(for: $0, clock: .suspending)
            },
            random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
        ) {
            self.connect = connect
            self.sleep = sleep
            self.random = random
        }
    }

    public init(
        _ registration: AgentRegistration, agent: any Agent, dependencies: Dependencies, backoff: Backoff = Backoff(),
        observe: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.registration = registration
        self.agent = agent
        self.dependencies = dependencies
        self.backoff = backoff
        self.observe = observe
        (inbox, events) = AsyncStream.makeStream()
    }

    /// - Parameter daemonUID: Whose the daemon must be, where that is not left open.
    public init(_ registration: AgentRegistration, agent: any Agent, socket path: String, daemonUID: UInt32? = nil) {
        let dependencies = Dependencies { try await .connect(socket: path, daemonUID: daemonUID) }
        self.init(registration, agent: agent, dependencies: dependencies)
    }

    /// Makes `run` return once the work is wound up and the agent is unregistered. A second call may be more urgent.
    ///
    /// The daemon is told at once and gives nothing more; what has not begun goes back to it. Where it is away, the
    /// runner connects again, and goes on with that for a minute after the last work has ended.
    public func stop(_ how: Stop) {
        events.yield(.stop(how))
    }

    /// Runs until stopped, or until somebody unregisters the agent; to be called once. Cancelling the calling task stops
    /// it as `stop(.cancelling)` does.
    ///
    /// Throws where the daemon is not reachable at the first try, or refuses what waiting does not heal.
    public func run() async throws {
        try await agent.onStart()
        // A cancellation has work to do: what runs is stopped and the agent unregistered. So it comes in as an event
        // to a task of its own, which is awaited here.
        let serving = Task { await serve() }
        let error = await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            stop(.cancelling)
        }
        await agent.onStop()
        if let error { throw error }
    }

    private func serve() async -> (any Error)? {
        var machine = AgentMachine(registration: registration, backoff: backoff, random: dependencies.random)
        let link = AgentLink()
        return await withDiscardingTaskGroup { group in
            var cancellations: [AttemptToken: AsyncStream<String>.Continuation] = [:]
            group.addTask { await keepConnection(registration, link) }
            for await event in inbox {
                switch event {
                case .finished(let completion): cancellations[completion.token] = nil
                case .unstarted(let assignment, _): cancellations[assignment.token] = nil
                case .registered, .disconnected, .waited, .order, .acknowledged, .drained, .returned, .stop: break
                }
                let actions = machine.handle(event)
                if case .unstarted(let assignment, let shortage) = event {
                    observe(Self.notice(of: shortage, assignment, actions))
                }
                for action in actions {
                    switch action {
                    case .connect(let registration): group.addTask { await keepConnection(registration, link) }
                    case .wait(let delay): group.addTask { await wait(delay) }
                    case .execute(let assignment):
                        let (reasons, cancellation) = AsyncStream.makeStream(
                            of: String.self, bufferingPolicy: .bufferingOldest(1))
                        cancellations[assignment.token] = cancellation
                        group.addTask { await execute(assignment, cancelled: reasons, link) }
                    case .cancel(let token, let reason):
                        observe(.cancelling(reason: reason))
                        cancellations[token]?.yield(reason)
                    case .deliver(let completion): group.addTask { await deliver(completion, link) }
                    case .drain: group.addTask { await drain(link) }
                    case .giveBack(let attempt): group.addTask { await giveBack(attempt, link) }
                    case .unregister:
                        await unregister(link)
                        group.cancelAll()
                        return nil
                    case .end(let end):
                        group.cancelAll()
                        switch end {
                        case .stopped: return nil
                        case .unregistered:
                            observe(.unregistered)
                            return nil
                        case .failed(let error): return error
                        }
                    }
                }
            }
            return nil
        }
    }

    /// That the attempt is held, or what came of it.
    private static func notice(
        of shortage: ResourceShortage, _ assignment: TaskAssignment, _ actions: [AgentMachine.Action]
    ) -> Notice {
        for action in actions {
            if case .deliver(let completion) = action, completion.token == assignment.token {
                return .finished(completion)
            }
        }
        return .held(assignment, shortage)
    }
}
