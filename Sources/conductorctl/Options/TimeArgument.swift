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

/// `90s`, `5m`, `2h`, `1h30m`; a number alone is of seconds.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let seconds = Double(argument).flatMap { (0...1e9).contains($0) ? Duration(inSeconds: $0) : nil }
        guard let duration = seconds ?? Duration(text: argument) else { return nil }
        self.duration = duration
    }
}
