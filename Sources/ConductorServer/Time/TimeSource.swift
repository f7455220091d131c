import ConductorEngine
import ConductorModel
import FoundationEssentials

/// Reads all clocks.
public protocol TimeSource: Sendable {
    func now() -> Moment
}

/// The machine's own clocks. Time stands still while the machine sleeps, but for the wall clock: agents on it sleep too,
/// and are not late for that.
public struct SystemTime: TimeSource {
    private let start = SuspendingClock.now
    private let persistent: PersistentClock

    /// - Parameter persistent: goes on where an earlier daemon's stood; without, it begins as the wall clock stands.
    init(persistent: PersistentClock = PersistentClock(.now)) {
        self.persistent = persistent
    }

    public func now() -> Moment {
        let clocks = MachineClocks.now
        return Moment(monotonic: start.duration(to: .now), wall: clocks.wall, persistent: persistent.time(at: clocks))
    }
}

/// What the kernel says at one moment.
struct MachineClocks: Hashable {
    /// How long the machine was awake since its start (CLOCK_MONOTONIC); nobody sets it.
    var awake: Duration
    var wall: Timestamp

    static var now: MachineClocks {
        MachineClocks(
            awake: SuspendingClock().systemEpoch.duration(to: .now),
            wall: Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
    }
}
