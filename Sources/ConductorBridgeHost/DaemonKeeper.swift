import ConductorBridge
import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Keeps a connection to the own daemon, and tells the worker's side what it hears there.
struct DaemonKeeper {
    private let configuration: BridgeConfiguration
    private let link: DaemonLink
    private let worker: WorkerBridge
    private let dependencies: BridgeDependencies
    private let observe: @Sendable (BridgeNotice) -> Void

    init(
        _ configuration: BridgeConfiguration, link: DaemonLink, worker: WorkerBridge,
        _ dependencies: BridgeDependencies, observe: @escaping @Sendable (BridgeNotice) -> Void
    ) {
        self.configuration = configuration
        self.link = link
        self.worker = worker
        self.dependencies = dependencies
        self.observe = observe
    }

    /// Until the calling task is cancelled.
    func keep() async throws {
        var backoff = Backoff(maximum: .seconds(5))
        while true {
            do {
                let client = try await dependencies.connect()
                defer { client.close() }
                try await serve(client) { backoff.succeeded() }
            } catch {
                await link.detach()
                try Task.checkCancellation()
                await worker.handle(.disconnected)
                observe(.disconnected(error))
            }
            try await dependencies.wait(&backoff)
        }
    }

    private func serve(_ client: ConductorClient, served: () -> Void) async throws {
        let events = try await client.subscribe(EventFilter(kinds: EventFilter.liveKinds)).events
        let remaining = try await remaining(client)
        served()
        await link.attach(client)
        observe(.connected(remaining: remaining.count))
        await worker.handle(.connected(remaining))
        await worker.lookAround()
        for try await event in events {
            guard let name = event.taskID.flatMap(ClaimName.init), event.workflowID == nil,
                let content = AttemptReport.Content(event)
            else { continue }
            await worker.handle(.reported(name, content))
        }
        throw ConnectionFault.lost(errno: nil)
    }

    /// The tasks of others that have not ended in the own daemon.
    private func remaining(_ client: ConductorClient) async throws -> [(ClaimName, AgentType)] {
        var remaining: [(ClaimName, AgentType)] = []
        for type in configuration.lendings.keys {
            for status in TaskStatus.allCases where !status.isTerminal {
                var query = TaskQuery(status: status, agentType: type, page: Page(limit: Limits.pageSize))
                while true {
                    let list = try await client.tasks(query)
                    for task in list.tasks where task.key.workflowID == nil {
                        if let name = ClaimName(task.key.taskID) { remaining.append((name, type)) }
                    }
                    guard let next = list.nextCursor, remaining.count < BridgeLimits.claims else { break }
                    query.page.before = next
                }
            }
        }
        return remaining
    }
}

extension AttemptReport.Content {
    init?(_ event: ClientEvent) {
        switch event.kind {
        case "task.progress":
            self = .progress(percent: event.data["percent"]?.double, message: event.data["message"]?.string)
        case "task.log":
            guard let line = event.data["line"]?.string else { return nil }
            self = .log(stream: event.data["stream"]?.string ?? "stdout", line: line)
        default: return nil
        }
    }
}
