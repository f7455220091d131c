import ConductorJSON

/// When breakers open, try again, and close.
public struct BreakerSettings: Hashable, Sendable {
    /// Errors in a row.
    public var failuresToOpen = 5
    /// How long an agent gets nothing before it is tried again.
    public var openDuration: Duration = .seconds(60)
    /// Successes on trial.
    public var successesToClose = 2

    public init() {}
}

/// Keeps an agent whose attempts keep failing from getting more: after some errors in a row it opens, after a while it
/// lets work through on trial, and after some successes it closes (M. Nygard, "Release It!", Circuit Breaker).
public struct Breaker: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case closed(failures: Int)
        /// The agent gets nothing.
        case open(at: Timestamp, failures: Int)
        /// The agent gets work on trial.
        case halfOpen(openedAt: Timestamp, failures: Int, successes: Int)
    }

    /// The states by their names on the wire.
    public enum Name: String, Vocabulary {
        case closed, open
        case halfOpen = "half_open"
    }

    /// What an input made of the breaker, where that is worth telling.
    public enum Transition: Hashable, Sendable {
        case opened, halfOpened, closed
    }

    public let agentID: AgentID
    public private(set) var state: State

    public init(agentID: AgentID, state: State = .closed(failures: 0)) {
        self.agentID = agentID
        self.state = state
    }

    public var name: Name {
        switch state {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    public var isOpen: Bool {
        switch state {
        case .open: true
        case .closed, .halfOpen: false
        }
    }

    public var isClosed: Bool {
        switch state {
        case .closed: true
        case .open, .halfOpen: false
        }
    }

    /// It has nothing to tell.
    public var isPristine: Bool { state == .closed(failures: 0) }

    public mutating func failed(at time: Timestamp, _ settings: BreakerSettings) -> Transition? {
        switch state {
        case .closed(let failures) where failures + 1 < settings.failuresToOpen:
            state = .closed(failures: failures + 1)
            return nil
        case .closed(let failures):
            state = .open(at: time, failures: failures + 1)
            return .opened
        case .halfOpen(_, let failures, _):
            state = .open(at: time, failures: failures)
            return .opened
        case .open: return nil
        }
    }

    public mutating func succeeded(_ settings: BreakerSettings) -> Transition? {
        switch state {
        case .closed:
            state = .closed(failures: 0)
            return nil
        case .halfOpen(let openedAt, let failures, let successes) where successes + 1 < settings.successesToClose:
            state = .halfOpen(openedAt: openedAt, failures: failures, successes: successes + 1)
            return nil
        case .halfOpen:
            state = .closed(failures: 0)
            return .closed
        case .open: return nil
        }
    }

    /// It has been open for long enough.
    public mutating func tryAgain() -> Transition? {
        guard case .open(let time, let failures) = state else { return nil }
        state = .halfOpen(openedAt: time, failures: failures, successes: 0)
        return .halfOpened
    }

    /// An operator closes it.
    public mutating func reset() -> Transition? {
        let transition: Transition? = isClosed ? nil : .closed
        state = .closed(failures: 0)
        return transition
    }
}

extension Breaker: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        agentID = try fields.required("agent_id")
        let failures = try fields.count("failure_count", default: 0)
        let successes = try fields.count("success_count", default: 0)
        switch try fields.required("state", as: Name.self) {
        case .closed: state = .closed(failures: failures)
        case .open: state = .open(at: try fields.required("opened_at"), failures: failures)
        case .halfOpen:
            state = .halfOpen(
                openedAt: try fields.required("opened_at"), failures: failures, successes: successes)
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("agent_id", agentID)
            switch state {
            case .closed(let failures):
                writer.member("state", Name.closed)
                writer.member("failure_count", failures)
                writer.member("success_count", 0)
            case .open(let time, let failures):
                writer.member("state", Name.open)
                writer.member("failure_count", failures)
                writer.member("success_count", 0)
                writer.member("opened_at", time)
            case .halfOpen(let time, let failures, let successes):
                writer.member("state", Name.halfOpen)
                writer.member("failure_count", failures)
                writer.member("success_count", successes)
                writer.member("opened_at", time)
            }
        }
    }
}
