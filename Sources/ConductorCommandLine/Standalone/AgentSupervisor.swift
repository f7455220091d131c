import ConductorAgent
import ConductorClient

/// Keeps one agent serving until it is stopped.
actor AgentSupervisor {
    private enum State {
        case running(AgentRunner)
        /// For the next try.
        case waiting
    }

    private let makeRunner: @Sendable () -> AgentRunner
    private let whenFailing: Fleet.WhenFailing
    private let sleep: @Sendable (Duration) async throws -> Void
    private let observe: @Sendable (Fleet.Notice) -> Void
    private let stops: AsyncStream<AgentRunner.Stop>
    private let stopping: AsyncStream<AgentRunner.Stop>.Continuation
    private var backoff = Backoff(initial: .seconds(1), maximum: .seconds(60))
    private var state = State.waiting
    private var isStopping = false

    init(
        whenFailing: Fleet.WhenFailing, observe: @escaping @Sendable (Fleet.Notice) -> Void,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        makeRunner: @escaping @Sendable () -> AgentRunner
    ) {
        self.makeRunner = makeRunner
        self.whenFailing = whenFailing
        self.observe = observe
        self.sleep = sleep
        (stops, stopping) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2))
    }

    nonisolated func stop(_ how: AgentRunner.Stop) {
        stopping.yield(how)
    }

    /// Throws what its runner threw, unless a failing agent is to be started again.
    func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.keepRunning() }
            group.addTask { await self.obeyStops() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func keepRunning() async throws {
        while !isStopping {
            let runner = makeRunner()
            state = .running(runner)
            defer { state = .waiting }
            do {
                return try await runner.run()
            } catch  where whenFailing == .restart && !isStopping && !Task.isCancelled {
                state = .waiting
                let delay = backoff.failed(random: .random(in: 0...1))
                observe(.failed(error, again: delay))
                try await sleep(delay)
            }
        }
    }

    /// Returns where nothing runs that could come to its end by itself.
    private func obeyStops() async {
        for await how in stops {
            isStopping = true
            guard case .running(let runner) = state else { return }
            runner.stop(how)
        }
    }
}
