import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What operators do to workflows.
extension ConductorClient {
    /// What runs goes on; nothing new begins until the workflow is resumed.
    public func pause(_ id: WorkflowID) async throws -> WorkflowView {
        try await call(WorkflowPauseMethod.self, id).state
    }

    public func resume(_ id: WorkflowID) async throws -> WorkflowView {
        try await call(WorkflowResumeMethod.self, id).state
    }

    /// Decides on a workflow that is held at a gate.
    public func approve(_ params: WorkflowApproval) async throws -> WorkflowView {
        try await call(WorkflowApproveMethod.self, params).state
    }

    /// Runs an ended workflow again; returns once it has begun.
    public func retry(_ params: WorkflowRetry) async throws -> WorkflowView {
        try await call(WorkflowRetryMethod.self, params).state
    }
}

/// What failed and was kept, and what keeps failing.
extension ConductorClient {
    /// Those that are kept, newest first; `next` is where the next page begins, nil on the last.
    public func deadLetters(_ page: Page = Page()) async throws -> (letters: [DeadLetter], next: Int64?) {
        let list = try await call(DeadLetterListMethod.self, page)
        return (list.letters, list.nextCursor)
    }

    /// Sends a dead letter's task on its way again; gives the task's id.
    public func redrive(_ params: DeadLetterRedrive) async throws -> TaskID {
        try await call(DeadLetterRedriveMethod.self, params).taskID
    }

    /// False where no such letter is kept.
    public func discard(_ id: DeadLetterID) async throws -> Bool {
        try await call(DeadLetterDiscardMethod.self, id).isDone
    }

    public func breakers() async throws -> [Breaker] {
        try await call(BreakerListMethod.self).breakers
    }

    public func resetBreaker(of id: AgentID) async throws -> Breaker {
        try await call(BreakerResetMethod.self, id).breaker
    }
}

extension ConductorClient {
    /// In Prometheus' text format.
    public func metricsText() async throws -> String {
        switch try await call(MetricsMethod.self, .prometheus) {
        case .prometheus(let text): return text
        case .json: throw ConnectionFault.malformed(reason: "an answer without a text")
        }
    }

    /// By name; those that have labels by these within.
    public func metrics() async throws -> JSONText {
        switch try await call(MetricsMethod.self, .json) {
        case .json(let metrics): return metrics
        case .prometheus: throw ConnectionFault.malformed(reason: "an answer without metrics")
        }
    }
}

/// The daemon's store.
extension ConductorClient {
    /// Makes a consistent copy below the daemon's state folder; gives its path there and its size.
    public func backup() async throws -> (file: String, bytes: Int64) {
        let backup = try await call(StoreBackupMethod.self)
        return (backup.file, backup.bytes)
    }
}

/// The bus; `messages(on:)` listens.
extension ConductorClient {
    /// To how many the message went.
    @discardableResult
    public func publish(_ message: BusMessage, on channel: String) async throws -> Int {
        try await call(BusPublishMethod.self, BusPublication(channel: channel, message: message)).count
    }

    /// The first response to the message; `TIMEOUT` where none comes in time.
    public func request(
        _ message: BusMessage, on channel: String, timeout: Duration = .seconds(30)
    ) async throws -> BusMessage {
        var params = BusRequest(channel: channel, message: message)
        params.timeout = timeout
        return try await call(BusRequestMethod.self, params).message
    }
}
