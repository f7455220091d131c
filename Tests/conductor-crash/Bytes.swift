import ArgumentParser
import ConductorFaults

struct Bytes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The log cut off at every byte of its tail, and single bits flipped anywhere.")

    @Option(help: "How long the tail is.")
    var tail = 20_000

    @Option(help: "Each how-manieth length is tried.")
    var every = 1

    @Option(help: "How many bits are flipped, one at a time.")
    var flips = 1000

    @OptionGroup var seed: Seed

    func run() async throws {
        let damage = try await DamageRun(seed: seed.seed)
        let cutOff = try await run(damage, damage.truncations(bytes: tail, every: every), "cut off")
        let flipped = try await run(damage, damage.flips(count: flips, seed: seed.seed), "flipped")
        try conclude(cutOff + flipped)
    }

    /// - Returns: what was broken.
    private func run(_ damage: DamageRun, _ damages: [DamageRun.Damage], _ kind: String) async throws -> [String] {
        let report = try await damage.run(damages) { report in
            guard report.total.isMultiple(of: 1000) else { return }
            say("\(kind), \(report.total) of \(damages.count): \(report.summary)")
        }
        say("\(kind): \(report.summary)")
        return report.violations
    }
}
