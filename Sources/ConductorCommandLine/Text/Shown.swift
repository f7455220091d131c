import ConductorModel

extension Duration {
    /// For people: `0.4s`, `12.0s`, `3m05s`, `2h03m`.
    package var shown: String {
        let tenths = (max(microseconds, 0) + 50_000) / 100_000
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        let seconds = tenths / 10
        if seconds < 3600 { return "\(seconds / 60)m\(twoDigits(seconds % 60))s" }
        return "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m"
    }
}

extension Duration {
    /// As a clock that runs: `0:42`, `12:05`, `2:03:00`.
    package var clock: String {
        let seconds = max(microseconds, 0) / 1_000_000
        let minutes = seconds / 60
        return minutes < 60
            ? "\(minutes):\(twoDigits(seconds % 60))"
            : "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(seconds % 60))"
    }
}

extension Duration {
    /// How long ago something was, for people: `4s`, `12m`, `3h`, `9d`.
    package var age: String {
        let seconds = max(microseconds, 0) / 1_000_000
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }
}

extension Int {
    /// `1 task`, `2 tasks`.
    package func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }

    /// As a number of bytes, for people: `512 B`, `1.5 KiB`, `64.0 MiB`.
    package var bytesShown: String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard self >= 1024 else { return "\(self) B" }
        var tenths = self * 10 / 1024
        var unit = 0
        while tenths >= 10_240, unit + 1 < units.count {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

extension Timestamp {
    /// To the second, in UTC.
    package var shown: String { String(description.prefix(19)) + "Z" }
}
