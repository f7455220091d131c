import ConductorModel

/// Numbers as people read them.
package enum Wording {
    /// `0.4s`, `12.0s`, `3m05s`, `2h03m`, `4d02h`.
    package static func duration(_ duration: Duration) -> String {
        let tenths = (max(duration.microseconds, 0) + 50_000) / 100_000
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        let seconds = tenths / 10
        if seconds < 3600 { return "\(seconds / 60)m\(padded(seconds % 60))s" }
        if seconds < 86_400 { return "\(seconds / 3600)h\(padded(seconds / 60 % 60))m" }
        return "\(seconds / 86_400)d\(padded(seconds / 3600 % 24))h"
    }

    /// `512 B`, `1.5 KiB`, `64.0 MiB`.
    package static func bytes(_ count: Int) -> String {
        guard count >= 1024 else { return "\(count) B" }
        let units = ["KiB", "MiB", "GiB", "TiB"]
        var tenths = Double(count) / 102.4
        var unit = 0
        while tenths >= 10_240, unit + 1 < units.count {
            tenths /= 1024
            unit += 1
        }
        return "\(Int(tenths) / 10).\(Int(tenths) % 10) \(units[unit])"
    }

    /// `1 task`, `2 tasks`.
    package static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// `2026-01-31 12:00:00 UTC`.
    package static func moment(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// `2026-01-31 12:00`.
    package static func minute(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// A share from 0 to 1 as CSS and SVG take it: `12.34%`.
    static func coordinate(_ share: Double) -> String {
        let hundredths = wholeHundredths(share * 100)
        return "\(hundredths / 100).\(padded(Int64(hundredths % 100)))%"
    }

    /// A share from 0 to 1 for people: `95 %`, `99.5 %`.
    static func share(_ share: Double) -> String {
        let tenths = wholeHundredths(share * 10)
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }

    private static func wholeHundredths(_ value: Double) -> Int {
        guard value.isFinite else { return 0 }
        return Int((min(max(value, 0), 1000) * 100).rounded())
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension String {
    /// Its first `limit` scalars, with an ellipsis where something is missing. A character may have any number of them.
    package func clipped(to limit: Int) -> String {
        let scalars = unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return self }
        return String(scalars[..<end]) + "…"
    }
}
