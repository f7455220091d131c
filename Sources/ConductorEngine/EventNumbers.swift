import ConductorModel

/// Numbers the durable events, without gaps, and counts them.
struct EventNumbers: Sendable {
    /// That of the last event; 0 before the first.
    private(set) var last: Int64
    /// Since the daemon started, for the metrics.
    private(set) var countsByKind: [EventKind: Int] = [:]

    init(after last: Int64 = 0) {
        self.last = last
    }

    /// The number of a new event.
    mutating func next(_ kind: EventKind) -> Int64 {
        countsByKind[kind, default: 0] += 1
        last += 1
        return last
    }
}
