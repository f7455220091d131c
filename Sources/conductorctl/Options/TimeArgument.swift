import ArgumentParser
import ConductorCommandLine
import ConductorModel

/// A time in the past: `90s`, `5m`, `2h` or `3d` ago, or a timestamp.
struct TimeArgument: ExpressibleByArgument {
    let timestamp: Timestamp

    init?(argument: String) {
        if let timestamp = Timestamp(argument) {
            self.timestamp = timestamp
        } else if let ago = DurationArgument(argument: argument) {
            timestamp = .now + (.zero - ago.duration)
        } else {
            return nil
        }
    }
}

/// `90s`, `5m`, `2h`, `3d`; a number alone is of seconds.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let unit = argument.last.flatMap { Self.seconds[$0] }
        guard let count = Double(unit == nil ? argument[...] : argument.dropLast()), (0...1_000_000).contains(count)
        else { return nil }
        duration = Duration(inSeconds: count * (unit ?? 1))
    }

    private static let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
}
