import ConductorEngine
import ConductorModel
import FoundationEssentials

/// Reads both clocks.
public protocol TimeSource: Sendable {
    func now() -> Moment
}

/// The machine's own clocks. Monotonic time stands still while the machine sleeps: an agent on it is not late for that.
public struct SystemTime: TimeSource {
    private let start = SuspendingClock.now

    public init() {}

    public func now() -> Moment {
        Moment(
            monotonic: start.duration(to: .now),
            wall: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
    }
}
