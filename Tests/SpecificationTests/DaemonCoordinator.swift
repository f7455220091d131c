import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorSpecification
import ConductorTestSupport

/// A real conductord, with agents on connections of their own.
actor DaemonCoordinator: Coordinator {
    private var daemon: DaemonProcess
    private var client: ConductorClient
    private var agents: [Task<Void, Never>] = []

    /// Its agents send no heartbeats, however long a busy machine keeps the tests waiting.
    private static let environment = ["CONDUCTOR_LEASE_SECONDS": "3600"]

    init() async throws {
        daemon = try await DaemonProcess(environment: Self.environment)
        client = try await daemon.connect()
    }

    deinit {
        for agent in agents { agent.cancel() }
    }

    func ask(_ request: Request) async throws -> JSONValue {
        try await client.call(request)
    }

    func serve(
        _ agent: AgentID, _ type: AgentType, capacity: Int, work: @escaping @Sendable (TaskAssignment) -> WorkAnswer
    ) async throws {
        let connection = try await daemon.connect()
        _ = try await connection.register(AgentRegistration(agentID: agent, agentType: type, capacity: capacity))
        agents.append(
            Task {
                do {
                    for try await order in connection.orders {
                        guard case .execute(let assignment) = order else { continue }
                        try? await connection.complete(work(assignment).completion(of: assignment))
                    }
                } catch {
                    // The daemon is gone, and the agent with it.
                }
            })
    }

    func restart(_ manner: RestartManner) async throws {
        switch manner {
        case .stopped: await daemon.stop()
        case .killed: await daemon.crash()
        }
        for agent in agents { agent.cancel() }
        agents = []
        daemon = try await DaemonProcess(in: daemon.folder, environment: Self.environment)
        client = try await daemon.connect()
    }

    func events() async throws -> [EventRecord] {
        let subscription = try await client.subscribe(EventFilter(afterSequence: 0))
        var events: [EventRecord] = []
        guard subscription.sequence > 0 else { return events }
        for try await event in subscription.events {
            events.append(try EventRecord(json: event.text.parsed()))
            if events.last?.sequence == subscription.sequence { break }
        }
        return events
    }
}
