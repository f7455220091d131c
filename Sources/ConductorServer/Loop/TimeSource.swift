import ConductorEngine
import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads both clocks.
public protocol TimeSource: Sendable {
    func now() -> Moment
}

/// The machine's own clocks.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Moment {
        Moment(
            monotonic: .microseconds(Self.microseconds(CLOCK_MONOTONIC)),
            wall: Timestamp(microseconds: Self.microseconds(CLOCK_REALTIME)))
    }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
