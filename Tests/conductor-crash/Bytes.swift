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
        let cutOff = try await damage.run(damage.truncations(bytes: tail, every: every))
        say("cut off: \(cutOff.summary)")
        let flipped = try await damage.run(damage.flips(count: flips, seed: seed.seed))
        say("flipped: \(flipped.summary)")
        try conclude(cutOff.violations + flipped.violations)
    }
}
