import ConductorEngine
import ConductorModel
import FoundationEssentials

/// Reads all clocks.
public protocol TimeSource: Sendable {
    func now() -> Moment
}

/// The machine's own clocks. Monotonic time stands still while the machine sleeps: an agent on it is not late for that.
public struct SystemTime: TimeSource {
    private let start = SuspendingClock.now
    private let steady: SteadyClock

    /// - Parameter steady: goes on where an earlier daemon's stood; without, it begins as the wall clock stands.
    init(steady: SteadyClock = SteadyClock(.now)) {
        self.steady = steady
    }

    public func now() -> Moment {
        let clocks = MachineClocks.now
        return Moment(monotonic: start.duration(to: .now), wall: clocks.wall, steady: steady.time(at: clocks))
    }
}

/// What the kernel says at one moment.
struct MachineClocks: Hashable {
    /// Since the machine was started; nobody sets it.
    var sinceBoot: Duration
    var wall: Timestamp

    static var now: MachineClocks {
        MachineClocks(
            sinceBoot: ContinuousClock().systemEpoch.duration(to: .now),
            wall: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
    }
}
