import ConductorClient
import ConductorModel
import ConductorProtocol

/// The connection of the moment: attempts outlive connections.
actor AgentLink {
    private var client: ConductorClient?
    private var hasSpoken = false

    func attach(_ client: ConductorClient) {
        self.client = client
        hasSpoken = true
    }

    func detach() {
        client = nil
    }

    /// Whether nothing was sent since the last time of asking.
    func wasSilent() -> Bool {
        defer { hasSpoken = false }
        return !hasSpoken
    }

    /// Reports are worth nothing later: what cannot be said now is dropped.
    func report(_ report: AttemptReport) async {
        hasSpoken = true
        try? await client?.report(report)
    }

    func complete(_ completion: TaskCompletion) async throws {
        hasSpoken = true
        try await current().complete(completion)
    }

    func drain(_ id: AgentID) async throws {
        hasSpoken = true
        _ = try await current().drain(id)
    }

    func giveBack(_ attempt: AttemptReference) async throws {
        hasSpoken = true
        _ = try await current().giveBack(attempt)
    }

    func unregister(_ id: AgentID) async throws {
        _ = try await current().unregister(id)
    }

    private func current() throws(ConnectionFault) -> ConductorClient {
        guard let client else { throw .lost(errno: nil) }
        return client
    }
}
