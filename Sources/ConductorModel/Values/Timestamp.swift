import ConductorJSON

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A point on the wall clock, in microseconds since 1970-01-01T00:00:00Z. On the wire RFC 3339 in UTC.
public struct Timestamp: Hashable, Sendable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Nil where `string` is not an RFC 3339 date and time; an offset is taken into account.
    public init?(_ string: String) {
        var scanner = DigitScanner(string)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"),
            let second = scanner.number(2), let fraction = scanner.fraction(), let offset = scanner.offset(),
            scanner.isAtEnd, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var parts = tm()
        parts.tm_year = Int32(year) - 1900
        parts.tm_mon = Int32(month) - 1
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(hour)
        parts.tm_min = Int32(minute)
        let minutes = Int64(timegm(&parts))
        // A day that its month does not have has become one of the next.
        guard parts.tm_mday == Int32(day) else { return nil }
        // Added apart: a leap second is the first of the next minute.
        microseconds = (minutes + Int64(second) - offset) * 1_000_000 + fraction
        guard Self.written.contains(microseconds) else { return nil }
    }

    /// The years 0000 to 9999, beyond which RFC 3339 has no words.
    package static let written: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999

    public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

    public static func - (a: Self, b: Self) -> Duration { .microseconds(a.microseconds - b.microseconds) }

    public static func + (a: Self, b: Duration) -> Self { Self(microseconds: a.microseconds + b.microseconds) }
}

extension Timestamp: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let time = Self(try String(json: json)) else {
            throw JSONFieldError(reason: "must be an RFC 3339 time such as 2026-01-31T12:00:00.000000Z")
        }
        self = time
    }

    public func write(to writer: inout JSONWriter) { withText { writer.plainString($0) } }
}

extension Duration {
    /// Whole microseconds, rounded towards zero.
    public var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Seconds with a fraction: how durations stand on the wire.
    public var inSeconds: Double { Double(microseconds) / 1_000_000 }

    /// From seconds as they stand on the wire, to the nearest microsecond; absurdly large ones become a thousand years.
    public init(inSeconds seconds: Double) {
        guard !seconds.isNaN else {
            self = .zero
            return
        }
        self = .microseconds(Int64((min(max(seconds, -3.2e10), 3.2e10) * 1_000_000).rounded()))
    }
}

extension Duration: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.double(inSeconds) }
}

/// Reads digits from the front of a string.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ string: String) {
        rest = string[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The microseconds after a decimal point; further digits are cut off.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            if count < 6 { value = value * 10 + Int64(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        while count < 6 {
            value *= 10
            count += 1
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return sign * Int64(hours * 3600 + minutes * 60)
    }

    private mutating func digit() -> Int? {
        guard let byte = rest.first, byte &- UInt8(ascii: "0") < 10 else { return nil }
        rest = rest.dropFirst()
        return Int(byte - UInt8(ascii: "0"))
    }
}
