import ConductorClient
import ConductorModel
import ConductorProtocol

/// What a word can be completed to, as the daemon tells. A shell waits for it: it is asked for little, and where no daemon
/// answers soon there is nothing.
package struct Suggestions: Sendable {
    package enum Kind: Sendable {
        case workflows
        /// Tasks of a workflow too, after a slash, and tasks that were dispatched alone.
        case work
        case agents
        case deadLetters
    }

    private static let patience = Duration.seconds(1)
    private static let count = 50
    private static let tasks = 200

    private let socket: DaemonSocket
    private let now: Timestamp

    package init(_ socket: DaemonSocket, at now: Timestamp = .now) {
        self.socket = socket
        self.now = now
    }

    /// Of those that begin with `prefix`, the newest first; none where they cannot be had in time.
    package func all(_ kinds: [Kind], beginningWith prefix: String) async -> [Suggestion] {
        await withTaskGroup(of: [Suggestion].self) { group in
            group.addTask { await asked(kinds, prefix) }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return []
            }
            defer { group.cancelAll() }
            return await group.next() ?? []
        }
    }

    private func asked(_ kinds: [Kind], _ prefix: String) async -> [Suggestion] {
        guard let client = try? await socket.connect(replyTimeout: Self.patience) else { return [] }
        defer { client.close() }
        var found: [Suggestion] = []
        for kind in kinds {
            let more: [Suggestion]? =
                switch kind {
                case .workflows: try? await workflows(client, prefix)
                case .work: try? await work(client, prefix)
                case .agents: try? await agents(client)
                case .deadLetters: try? await deadLetters(client)
                }
            found += more ?? []
        }
        return found.filter { $0.word.hasPrefix(prefix) }
    }

    /// By ids; by names where one is begun.
    private func workflows(_ client: ConductorClient, _ prefix: String) async throws -> [Suggestion] {
        let entries = try await client.workflows(WorkflowQuery(page: Page(limit: Self.count))).workflows
        return entries.flatMap { entry in
            let id = entry.workflowID, verdict = Verdict(entry).rawValue
            let age = (now - entry.startedAt).age
            let named = prefix.isEmpty ? nil : Suggestion(entry.numberedName, "\(verdict), \(age) ago")
            let short = id.shortened.hasPrefix(prefix) ? id.shortened : id.description
            return [Suggestion(short, "\(entry.numberedName), \(verdict), \(age) ago"), named].compactMap { $0 }
        }
    }

    private func work(_ client: ConductorClient, _ prefix: String) async throws -> [Suggestion] {
        if let slash = prefix.lastIndex(of: "/") { return try await tasks(client, of: prefix[..<slash]) }
        let tasks = try await client.tasks(TaskQuery(page: Page(limit: Self.count))).tasks
        let alone = tasks.filter { $0.key.workflowID == nil }.compactMap { task in
            let id =
                task.key.taskID.shortened.hasPrefix(prefix) ? task.key.taskID.shortened : task.key.taskID.description
            return Suggestion(id, note(task))
        }
        return try await workflows(client, prefix) + alone
    }

    private func tasks(_ client: ConductorClient, of workflow: Substring) async throws -> [Suggestion] {
        let found = try await client.call(WorkResolveMethod.self, WorkReference(String(workflow)))
        guard let id = found.workflows.first?.workflowID else { return [] }
        let page = try await client.tasks(TaskQuery(workflowID: id, page: Page(limit: Self.tasks)))
        return page.tasks.reversed().compactMap { Suggestion("\(workflow)/\($0.key.taskID)", note($0)) }
    }

    private func note(_ task: TaskListEntry) -> String {
        "\(task.name), \(task.status.known?.word ?? task.status.text), \((now - task.createdAt).age) ago"
    }

    private func agents(_ client: ConductorClient) async throws -> [Suggestion] {
        let agents = try await client.call(AgentListMethod.self, AgentQuery()).agents
        return agents.compactMap { agent in
            Suggestion(
                agent.agentID.description, "\(agent.agentType.rawValue), seen \((now - agent.lastHeartbeat).age) ago")
        }
    }

    private func deadLetters(_ client: ConductorClient) async throws -> [Suggestion] {
        try await client.deadLetters(Page(limit: Self.count)).letters.compactMap { letter in
            Suggestion(
                letter.id.description,
                "\(letter.key.shortened), \(letter.errorCode), \((now - letter.timestamp).age) ago")
        }
    }
}
