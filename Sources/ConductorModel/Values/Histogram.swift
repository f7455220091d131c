/// How many durations there were up to each of fixed bounds. Taking one is an addition or two, and allocates nothing.
public struct Histogram: Sendable {
    /// Which bounds there are; all in seconds.
    public enum Scale: Sendable {
        /// For what takes the daemon from a tenth of a millisecond to ten seconds.
        case latency
        /// For what takes agents and those who wait for them from ten milliseconds to a day.
        case work

        public var bounds: [Double] {
            switch self {
            case .latency: Self.latencyBounds
            case .work: Self.workBounds
            }
        }

        private static let latencyBounds = [
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
        ]
        private static let workBounds = [
            0.01, 0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400,
        ]
    }

    public let scale: Scale
    /// Of all durations, in seconds.
    public private(set) var sum = 0.0
    /// Those up to each bound and above the one before it; the last are above all bounds.
    private var counts = InlineArray<16, Int>(repeating: 0)

    public init(_ scale: Scale) {
        self.scale = scale
    }

    /// Takes a duration; a negative one is none.
    public mutating func note(_ duration: Duration) {
        let seconds = max(0, duration.inSeconds)
        sum += seconds
        let bounds = scale.bounds
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    }

    /// How many durations there were.
    public var count: Int { counts.indices.reduce(0) { $0 + counts[$1] } }

    /// How many there were up to each bound.
    public var buckets: [(bound: Double, count: Int)] {
        var sum = 0
        return zip(scale.bounds, counts.indices).map { bound, index in
            sum += counts[index]
            return (bound, sum)
        }
    }
}
