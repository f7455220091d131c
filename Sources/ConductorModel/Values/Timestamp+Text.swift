extension Timestamp: CustomStringConvertible {
    private static let textBytes = "2026-01-31T12:00:00.000000Z".utf8.count
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// RFC 3339 in UTC: 2026-01-31T12:00:00.000000Z.
    public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

    /// For names of files: 20260131T120000.123456Z.
    public var compact: String { description.filter { $0 != "-" && $0 != ":" } }

    /// Lends the bytes of ``description``, valid while `body` runs.
    package func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textBytes) { text in
            var count = 0
            func put(_ value: Int64, _ width: Int, _ end: Unicode.Scalar) {
                var rest = value
                for position in (count..<count + width).reversed() {
                    text.initializeElement(at: position, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                    rest /= 10
                }
                text.initializeElement(at: count + width, to: UInt8(ascii: end))
                count += width + 1
            }
            let time = min(max(microseconds, Self.written.lowerBound), Self.written.upperBound)
            let (day, rest) = Self.floored(time, by: Self.microsecondsPerDay)
            let date = Self.date(ofDay: day)
            put(date.year, 4, "-")
            put(date.month, 2, "-")
            put(date.day, 2, "T")
            put(rest / 3_600_000_000, 2, ":")
            put(rest / 60_000_000 % 60, 2, ":")
            put(rest / 1_000_000 % 60, 2, ".")
            put(rest % 1_000_000, 6, "Z")
            return body(UnsafeBufferPointer(rebasing: text[..<count]))
        }
    }

    /// The date so many days after 1970-01-01. Years are counted from March, so that a leap day ends one.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Since 0000-03-01, and within the 400 years after which the calendar repeats itself.
        let (cycle, dayOfCycle) = floored(day + 719_468, by: 146_097)
        let year = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * year + year / 4 - year / 100)
        // From March to July, and from August to December, months have 153 days.
        let month = (5 * dayOfYear + 2) / 153
        let isBeforeMarch = month >= 10
        return (
            year: cycle * 400 + year + (isBeforeMarch ? 1 : 0), month: isBeforeMarch ? month - 9 : month + 3,
            day: dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
