import ConductorBench
import Testing

@Suite("Statistics")
struct StatisticsTests {
    @Test("the median of an odd number of values is the one in the middle, in whatever order they come")
    func odd() { #expect([9.0, 1, 5].median == 5) }

    @Test("the median of an even number is the mean of the two in the middle")
    func even() { #expect([4.0, 1, 3, 2].median == 2.5) }

    @Test("a quantile is a value that was measured, the one whose rank is nearest")
    func quantiles() {
        let values = (1...101).map(Double.init)
        #expect(values.quantile(0) == 1)
        #expect(values.quantile(0.5) == 51)
        #expect(values.quantile(0.99) == 100)
        #expect(values.quantile(1) == 101)
        #expect([7.0].quantile(0.99) == 7)
    }

    @Test("nothing measured is no number")
    func nothing() {
        #expect([Double]().median.isNaN)
        #expect([Double]().quantile(0.5).isNaN)
    }
}
