/// How long to wait before trying again: longer after each failure, a little different for everyone.
public struct Backoff: Hashable, Sendable {
    public var initial: Duration
    public var maximum: Duration
    public var factor: Double
    /// The part of a delay, from 0 to 1, that chance takes off.
    public var jitter: Double
    /// Failures since the last success.
    public private(set) var failures = 0

    public init(
        initial: Duration = .milliseconds(100), maximum: Duration = .seconds(10), factor: Double = 2,
        jitter: Double = 0.3
    ) {
        self.initial = initial
        self.maximum = maximum
        self.factor = factor
        self.jitter = jitter
    }

    /// Counts a failure and says how long to wait. `random` is from 0 to 1.
    public mutating func failed(random: Double) -> Duration {
        var delay = initial
        for _ in 0..<failures {
            guard delay < maximum else { break }
            delay = delay * factor
        }
        failures += 1
        return min(delay, maximum) * (1 - jitter * min(max(random, 0), 1))
    }

    public mutating func succeeded() {
        failures = 0
    }
}
