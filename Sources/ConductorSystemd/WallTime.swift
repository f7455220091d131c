// libsystemd's headers bring `timespec` along, so the compiler counts it as theirs.
import CSystemd
import Glibc

/// A moment of the wall clock, for log lines: microseconds since 1970 began in UTC.
public struct WallTime: Hashable, Sendable {
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// What the system's clock says.
    public static func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

extension WallTime: CustomStringConvertible {
    /// RFC 3339 in UTC with microseconds: `2026-11-22T15:04:05.123456Z`.
    public var description: String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        // Before 1970 the remainder is negative: borrow a second.
        var wholeSeconds = time_t(fraction < 0 ? seconds - 1 : seconds)
        var date = tm()
        gmtime_r(&wholeSeconds, &date)
        let day = "\(padded(date.tm_year + 1900, 4))-\(padded(date.tm_mon + 1, 2))-\(padded(date.tm_mday, 2))"
        let time = "\(padded(date.tm_hour, 2)):\(padded(date.tm_min, 2)):\(padded(date.tm_sec, 2))"
        return "\(day)T\(time).\(padded(Int32(fraction < 0 ? fraction + 1_000_000 : fraction), 6))Z"
    }

    private func padded(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
