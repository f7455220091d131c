import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Asks a daemon whether it still has what was acknowledged. Each answer that it should not give is a sentence.
public struct LedgerCheck: Sendable {
    private static let inFlight = 64
    private let client: ConductorClient

    public init(_ client: ConductorClient) {
        self.client = client
    }

    /// What is missing or otherwise than it was told.
    public func losses(_ expected: Expectation) async throws -> [String] {
        let tasks = Set(expected.tasks.keys).union(expected.outcomes.keys)
        var losses = try await Self.each(Array(tasks)) { key in
            try await lossOfTask(key, expected.outcomes[key])
        }
        losses += try await Self.each(Array(expected.workflows.keys)) { id in
            try await Self.known { _ = try await client.workflow(id) } ? nil : "workflow \(id) is lost"
        }
        let kept = try await keptLetters()
        losses += expected.gone.filter(kept.contains).map { "dead letter \($0) is back" }
        return losses
    }

    /// What does not come to the same end when everything is asked for once more, as a client would that lost its
    /// connection; waits until everything has ended.
    public func changedEndings(_ expected: Expectation) async throws -> [String] {
        let tasks = try await Self.each(Array(expected.tasks)) { key, definition in
            let result = try await client.dispatch(definition, whenBusy: .queue)
            return Self.difference(
                key, expected.outcomes[key], attempts: Int64(result.attempt), status: result.status.rawValue,
                output: result.outputData.string)
        }
        let workflows = try await Self.each(Array(expected.workflows)) { id, definition in
            let state = try await client.run(definition)
            let ended = definition.tasks.filter { $0.taskID.flatMap(state.result(of:)) != nil }.count
            return ended == definition.tasks.count
                ? nil : "workflow \(id) ended with \(ended) results of \(definition.tasks.count)"
        }
        return tasks + workflows
    }

    public func keptLetters() async throws -> Set<DeadLetterID> {
        var found: Set<DeadLetterID> = []
        var page = Page(limit: 1000)
        while true {
            let (letters, next) = try await client.deadLetters(page)
            found.formUnion(letters.map(\.id))
            guard let next else { return found }
            page.before = next
        }
    }

    private func lossOfTask(_ key: TaskKey, _ outcome: Ledger.Outcome?) async throws -> String? {
        var found: TaskDetails?
        guard try await Self.known({ found = try await client.task(key) }) else { return "task \(key) is lost" }
        return Self.difference(
            key, outcome, attempts: Int64(found?.attempts ?? 0), status: found?.result?.status.rawValue,
            output: found?.result?.outputData.string)
    }

    private static func difference(
        _ key: TaskKey, _ told: Ledger.Outcome?, attempts: Int64, status: String?, output: String?
    ) -> String? {
        guard let told else { return nil }
        if attempts < told.attempt { return "task \(key) has \(attempts) attempts, \(told.attempt) were answered" }
        // What failed may have been redriven since.
        guard told.status == "completed" else { return nil }
        if status != told.status { return "task \(key) was completed and is \(status ?? "without result")" }
        return output == told.output ? nil : "task \(key) has the output \(output ?? "none"), not \(told.output)"
    }

    /// False where the daemon says that there is no such thing.
    private static func known(_ ask: () async throws -> Void) async throws -> Bool {
        do {
            try await ask()
            return true
        } catch let refusal as Refusal where refusal.code == .notFound {
            return false
        }
    }

    private static func each<Element: Sendable>(
        _ elements: [Element], _ body: @escaping @Sendable (Element) async throws -> String?
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: String?.self) { group in
            var found: [String] = []
            for (index, element) in elements.enumerated() {
                if index >= inFlight, let loss = try await group.next() ?? nil { found.append(loss) }
                group.addTask { try await body(element) }
            }
            for try await loss in group { if let loss { found.append(loss) } }
            return found
        }
    }
}
