import ConductorModel
import ConductorProtocol

/// A task in memory, and who waits for its end.
struct LiveTask: Sendable {
    var record: TaskRecord
    var waiters: [Waiter] = []
}

/// A caller who is answered when something ends.
struct Waiter: Sendable {
    let caller: Caller
    /// Whether the work was begun for this caller.
    let isFirst: Bool

    init(_ caller: Caller, isFirst: Bool = true) {
        self.caller = caller
        self.isFirst = isFirst
    }

    var repetition: Reply.Repetition? { isFirst ? nil : .attached }
}

extension TaskRecord.Stage {
    var isQueued: Bool {
        switch self {
        case .queued: true
        case .planned, .running, .retrying, .ended: false
        }
    }
}

extension TaskRecord {
    /// Notes how the last attempt ended, unless that is known; of many, the older ones lose what is long.
    mutating func conclude(_ ending: AttemptEnding) {
        guard let last = attempts.indices.last, attempts[last].ending == nil else { return }
        attempts[last].ending = ending
        var bytes = 0
        for index in attempts.indices.reversed() {
            bytes += attempts[index].ending?.heldBytes ?? 0
            if bytes > AttemptEnding.historyBytes { attempts[index].ending?.shorten() }
        }
    }

    /// How long it has waited for an agent; one that is given out at once has not.
    func timeQueued(at now: Moment) -> Duration {
        switch stage {
        case .queued(_, let until): max(.zero, queueTimeout - (until - now.persistent))
        case .planned, .running, .retrying, .ended: .zero
        }
    }

    /// How long its last attempt has been under way; by the persistent clock, as its deadline is.
    func timeRun(at now: Moment) -> Duration {
        switch stage {
        case .running(let deadline): max(.zero, definition.timeout - (deadline - now.persistent))
        case .planned, .queued, .retrying, .ended: .zero
        }
    }
}

extension Refusal {
    /// The outcome of a task as whoever dispatched it alone is told.
    static func outcome(
        _ outcome: TaskRecord.Outcome, repeated repetition: Reply.Repetition?
    ) -> Result<Reply, Refusal> {
        guard let code = outcome.refusal else { return .success(Reply.result(outcome.result).repeated(repetition)) }
        var details: [String: Refusal.Detail] = ["task_id": .text(outcome.result.taskID.description)]
        if let repetition {
            details["repeated"] = .text(repetition.rawValue)
            details["completed_at"] = .text(outcome.result.completedAt.description)
        }
        return .failure(Refusal(code, outcome.result.errorMessage ?? code.rawValue, details: details))
    }
}

extension Reply {
    /// The same, marked where it is the answer to a repetition.
    func repeated(_ repetition: Repetition?) -> Reply { repetition.map { .repeated($0, self) } ?? self }
}
