import ConductorAgent
import ConductorClient
import ConductorModel

/// Agents that are commands, all served by this process.
package struct Fleet: Sendable {
    private let runners: [AgentRunner]
    private let registrations: AsyncStream<AgentID>

    /// Finds every command now, so that a fleet with a mistake in it does not start.
    package init(
        _ file: FleetFile, socket: String,
        observe: @escaping @Sendable (FleetFile.Member, AgentRunner.Notice) -> Void = { _, _ in }
    ) throws(CommandNotRunnable) {
        // A registration is counted once; those after a lost connection need not fit.
        let (registrations, registered) = AsyncStream<AgentID>.makeStream(
            bufferingPolicy: .bufferingOldest(file.members.count))
        self.registrations = registrations
        var runners: [AgentRunner] = []
        for member in file.members {
            let agent = try CommandAgent(
                member.command, workingDirectory: member.workingDirectory, environment: member.environment)
            let id = member.registration.agentID
            runners.append(
                AgentRunner(
                    member.registration, agent: agent,
                    surroundings: AgentRunner.Surroundings { try await ConductorClient.connect(socket: socket) }
                ) { notice in
                    if case .registered = notice { registered.yield(id) }
                    observe(member, notice)
                })
        }
        self.runners = runners
    }

    /// Serves until stopped, or until an agent cannot go on.
    package func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for runner in runners {
                group.addTask { try await runner.run() }
            }
            try await group.waitForAll()
        }
    }

    package func stop(_ how: AgentRunner.Stop) {
        for runner in runners { runner.stop(how) }
    }

    /// Serves for as long as `body` runs, which is called once all agents are registered. Their work is cancelled and
    /// they are unregistered before this returns.
    package func serve<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            for runner in runners {
                group.addTask {
                    try await runner.run()
                    return nil
                }
            }
            group.addTask {
                await waitForRegistrations()
                try Task.checkCancellation()
                return try await body()
            }
            while let result = try await group.next() {
                guard let result else { continue }
                stop(.cancelling)
                try await group.waitForAll()
                return result
            }
            throw CancellationError()
        }
    }

    private func waitForRegistrations() async {
        var missing = Set(runners.map(\.registration.agentID))
        for await id in registrations {
            missing.remove(id)
            if missing.isEmpty { return }
        }
    }
}
