import ConductorModel
import Testing

@Suite("A histogram")
struct HistogramTests {
    @Test("counts a duration in the bucket whose bound it does not pass, and in all larger ones")
    func bounds() {
        var histogram = Histogram(.latency)
        histogram.note(.milliseconds(1))
        histogram.note(.microseconds(1001))
        let counts = histogram.buckets.map(\.count)
        #expect(counts == [0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
        #expect(histogram.count == 2)
        #expect(abs(histogram.sum - 0.002001) < 1e-9)
    }

    @Test("counts what passes all bounds, and a time that a clock went back as none")
    func ends() {
        var histogram = Histogram(.latency)
        histogram.note(.seconds(11))
        histogram.note(.seconds(-11))
        #expect(histogram.buckets.first?.count == 1)
        #expect(histogram.buckets.last?.count == 1)
        #expect(histogram.count == 2)
        #expect(histogram.sum == 11)
    }

    @Test("has bounds that rise, and a count for each", arguments: [Histogram.Scale.latency, .work])
    func scale(scale: Histogram.Scale) {
        var histogram = Histogram(scale)
        let bounds = scale.bounds
        #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
        for bound in bounds { histogram.note(.milliseconds(Int64(bound * 1000))) }
        #expect(histogram.buckets.map(\.bound) == bounds)
        #expect(histogram.buckets.last?.count == bounds.count)
    }
}
