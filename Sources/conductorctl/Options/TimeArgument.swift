import ArgumentParser
import ConductorCommandLine
import ConductorModel

/// A time in the past: `90s`, `5m`, `2h` or `3d` ago, or a timestamp.
struct TimeArgument: ExpressibleByArgument {
    let timestamp: Timestamp

    init?(argument: String) {
        if let timestamp = Timestamp(argument) {
            self.timestamp = timestamp
        } else if let unit = Self.seconds[argument.last ?? " "], let count = Double(argument.dropLast()),
            (0...1_000_000).contains(count)
        {
            timestamp = .now + Duration(inSeconds: -count * unit)
        } else {
            return nil
        }
    }

    private static let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
}
