import ConductorAgent
import ConductorClient
import ConductorModel
import ConductorProtocol

/// Agents that are commands, all served by this process.
package struct Fleet: Sendable {
    package enum WhenFailing: Sendable {
        /// The fleet ends with it.
        case end
        /// It is started again, after a second at first and after a minute at most; the others go on.
        case restart
    }

    package enum Notice: Sendable {
        case runner(AgentRunner.Notice)
        case failed(any Error, again: Duration)
    }

    /// An agent of the fleet has a command that cannot be run.
    package struct Unusable: Error, CustomStringConvertible {
        package let agent: AgentID
        package let reason: CommandNotRunnable

        package var description: String { "agent \(agent): \(reason)" }
    }

    private let agents: [(id: AgentID, supervisor: AgentSupervisor)]
    private let registrations: AsyncStream<AgentID>

    /// Finds every command now, so that a fleet with a mistake in it does not start.
    ///
    /// - Parameter host: What the commands get; its socket is where the agents register.
    package init(
        _ file: FleetFile, host: CommandHost, whenFailing: WhenFailing = .end,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        observe: @escaping @Sendable (FleetFile.Member, Notice) -> Void = { _, _ in }
    ) throws(Unusable) {
        // A registration is counted once; those after a lost connection need not fit.
        let (registrations, registered) = AsyncStream<AgentID>.makeStream(
            bufferingPolicy: .bufferingOldest(file.members.count))
        self.registrations = registrations
        var agents: [(AgentID, AgentSupervisor)] = []
        for member in file.members {
            let agent = try Self.agent(of: member, host)
            let id = member.registration.agentID
            let supervisor = AgentSupervisor(
                whenFailing: whenFailing, observe: { observe(member, $0) }, sleep: sleep
            ) {
                AgentRunner(
                    member.registration, agent: agent,
                    dependencies: AgentRunner.Dependencies {
                        try await ConductorClient.connect(socket: host.socket, daemonUID: host.daemonUID)
                    }
                ) { notice in
                    if case .registered = notice { registered.yield(id) }
                    observe(member, .runner(notice))
                }
            }
            agents.append((id, supervisor))
        }
        self.agents = agents
    }

    private static func agent(of member: FleetFile.Member, _ host: CommandHost) throws(Unusable) -> CommandAgent {
        do throws(CommandNotRunnable) {
            return try CommandAgent(
                member.command, workingDirectory: member.workingDirectory, environment: member.environment,
                host: host)
        } catch {
            throw Unusable(agent: member.registration.agentID, reason: error)
        }
    }

    /// Serves until stopped, or until an agent cannot go on.
    ///
    /// - Parameter ready: Called once all agents are registered.
    package func serve(whenRegistered ready: @escaping @Sendable () -> Void = {}) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await waitForRegistrations()
                if !Task.isCancelled { ready() }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for agent in agents {
                    group.addTask { try await agent.supervisor.serve() }
                }
                try await group.waitForAll()
            }
            group.cancelAll()
        }
    }

    package func stop(_ how: AgentRunner.Stop) {
        for agent in agents { agent.supervisor.stop(how) }
    }

    /// Serves for as long as `body` runs, which is called once all agents are registered. Their work is cancelled and
    /// they are unregistered before this returns.
    package func serve<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            for agent in agents {
                group.addTask {
                    try await agent.supervisor.serve()
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
        var missing = Set(agents.map(\.id))
        for await id in registrations {
            missing.remove(id)
            if missing.isEmpty { return }
        }
    }
}
