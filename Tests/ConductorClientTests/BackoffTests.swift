import ConductorClient
import Testing

@Suite("A backoff")
struct BackoffTests {
    private let backoff = Backoff(initial: .seconds(1), maximum: .seconds(10), factor: 2, jitter: 0.25)

    @Test("doubles with each failure, up to its maximum")
    func growth() {
        var backoff = backoff
        #expect((0..<6).map { _ in backoff.failed(random: 0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    }

    @Test("takes off by chance at most its jitter")
    func jitter() {
        var one = backoff, other = backoff
        #expect(one.failed(random: 1) == .milliseconds(750))
        #expect(other.failed(random: 2) == .milliseconds(750))
    }

    @Test("begins anew after a success")
    func success() {
        var backoff = backoff
        _ = backoff.failed(random: 0)
        _ = backoff.failed(random: 0)
        backoff.succeeded()
        #expect(backoff.failed(random: 0) == .seconds(1))
    }

    @Test("stays at its maximum after any number of failures")
    func endurance() {
        var backoff = backoff
        for _ in 0..<10_000 { _ = backoff.failed(random: 0) }
        #expect(backoff.failed(random: 0) == .seconds(10))
    }
}
