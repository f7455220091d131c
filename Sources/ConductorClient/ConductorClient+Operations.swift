import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What operators do to workflows.
extension ConductorClient {
    /// What runs goes on; nothing new begins until the workflow is resumed.
    public func pause(_ id: WorkflowID) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowPause(id)))
    }

    public func resume(_ id: WorkflowID) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowResume(id)))
    }

    /// Decides on a workflow that is held at a gate.
    public func approve(_ params: WorkflowApproval) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowApprove(params)))
    }

    /// Runs an ended workflow again; returns once it has begun.
    public func retry(_ params: WorkflowRetry) async throws -> WorkflowView {
        try member("state", of: try await call(.workflowRetry(params)))
    }
}

/// What failed and was kept, and what keeps failing.
extension ConductorClient {
    /// Those that are kept, newest first; `next` is where the next page begins, nil on the last.
    public func deadLetters(_ page: Page = Page()) async throws -> (letters: [DeadLetter], next: Int64?) {
        let answer = try await call(.deadLetterList(page))
        return (try member("dead_letters", of: answer), answer["next_cursor"]?.string.flatMap { Int64($0) })
    }

    /// Sends a dead letter's task on its way again; gives the task's id.
    public func redrive(_ params: DeadLetterRedrive) async throws -> TaskID {
        try member("task_id", of: try await call(.deadLetterRedrive(params)))
    }

    /// False where no such letter is kept.
    public func discard(_ id: DeadLetterID) async throws -> Bool {
        try member("discarded", of: try await call(.deadLetterDiscard(id)))
    }

    public func breakers() async throws -> [Breaker] {
        try member("breakers", of: try await call(.breakerList))
    }

    public func resetBreaker(of id: AgentID) async throws -> Breaker {
        try member("breaker", of: try await call(.breakerReset(id)))
    }
}

extension ConductorClient {
    /// In Prometheus' text format.
    public func metricsText() async throws -> String {
        try member("text", of: try await call(.metricsGet(.prometheus)))
    }

    /// By name; those that have labels by these within.
    public func metrics() async throws -> JSONValue {
        let answer = try await call(.metricsGet(.json))
        guard let metrics = answer["metrics"] else {
            throw ConnectionFault.malformed(reason: "an answer without metrics")
        }
        return metrics
    }
}

/// The daemon's store.
extension ConductorClient {
    /// Makes a consistent copy below the daemon's state folder; gives its path there and its size.
    public func backup() async throws -> (file: String, bytes: Int64) {
        let answer = try await call(.storeBackup)
        return (try member("file", of: answer), try member("bytes", of: answer))
    }
}

/// The bus; `messages(on:)` listens.
extension ConductorClient {
    /// To how many the message went.
    @discardableResult
    public func publish(_ message: BusMessage, on channel: String) async throws -> Int {
        try member("delivered", of: try await call(.busPublish(channel: channel, message)))
    }

    /// The first response to the message; `TIMEOUT` where none comes in time.
    public func request(
        _ message: BusMessage, on channel: String, timeout: Duration = .seconds(30)
    ) async throws -> BusMessage {
        var params = BusRequest(channel: channel, message: message)
        params.timeout = timeout
        return try member("message", of: try await call(.busRequest(params)))
    }
}
