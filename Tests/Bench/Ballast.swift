import ConductorTestSupport

/// What a server holds while it is measured: cost per task must not grow with it.
struct Ballast: Sendable {
    /// Agents that all take tasks, each one at a time, in place of those of the workload.
    var agents = 0
    /// Tasks that wait for an agent.
    var queued = 0
    /// Tasks that have ended, two events each; of a daemon that stores, made before it starts.
    var history = 0
    /// Connections that say nothing.
    var connections = 0

    var hasAgents: Bool { agents > 0 }
}

extension Server {
    func take(_ ballast: Ballast) async throws {
        if ballast.agents > 0 {
            let agents = Role.agents(
                socket: socket, name: "agent", count: ballast.agents, capacity: 1)
            try await startHelper(agents)
        }
        if ballast.connections > 0 {
            try await startHelper(.holder(socket: socket, connections: ballast.connections))
        }
        if ballast.queued > 0 {
            try await startHelper(.filler(socket: socket, tasks: ballast.queued, payload: Workload.queuedPayload))
        }
        if ballast.history > 0, subject != .durable { try await makeHistory(tasks: ballast.history) }
    }
}
