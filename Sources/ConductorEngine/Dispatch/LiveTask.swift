import ConductorModel

/// A task in memory, and who waits for its end.
struct LiveTask: Sendable {
    var record: TaskRecord
    var waiters: [Caller] = []
}

extension TaskRecord {
    /// How long its last attempt has been under way; by the steady clock, as its deadline is.
    func timeRun(at now: Moment) -> Duration {
        switch stage {
        case .running(let deadline): max(.zero, definition.timeout - (deadline - now.steady))
        case .planned, .queued, .retrying, .ended: .zero
        }
    }
}

extension Refusal {
    /// The outcome of a task as whoever dispatched it alone is told.
    static func outcome(_ outcome: TaskRecord.Outcome) -> Result<Reply, Refusal> {
        guard let code = outcome.refusal else { return .success(.result(outcome.result)) }
        return .failure(
            Refusal(
                code, outcome.result.errorMessage ?? code.rawValue,
                details: ["task_id": .text(outcome.result.taskID.description)]))
    }
}
