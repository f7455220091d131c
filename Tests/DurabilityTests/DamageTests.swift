import ConductorFaults
import Testing

@Suite("Damaged files")
struct DamageTests {
    @Test("a log that ends early leaves an exact prefix of what was committed")
    func tornTail() async throws {
        let damage = try await DamageRun(seed: 1)
        let report = try await damage.run(damage.truncations(bytes: 20_000, every: 661))
        #expect(report.violations == [])
        #expect(report.counts["prefix", default: 0] > 0)
    }

    @Test(
        "a flipped bit anywhere is seen, or leaves an exact prefix; it never ends in a trap or in a silent loss")
    func flippedBits() async throws {
        let damage = try await DamageRun(seed: 2)
        let report = try await damage.run(damage.flips(count: 60, seed: .random(in: 0...UInt64.max)))
        #expect(report.violations == [])
    }
}
