import ArgumentParser
import ConductorFaults
import ConductorTestSupport

struct Kill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "kill -9 at random moments under load; after each restart the ledger is checked.")

    @Option(help: "How many kills.")
    var kills = 10_000

    @OptionGroup var seed: Seed

    func run() async throws {
        say(try await Binaries.fingerprint(of: Binaries.conductord))
        let report = try await KillRun(kills: kills, seed: seed.seed).run { say($0.line) }
        try conclude(report.violations)
    }
}

extension KillRun.Report {
    var line: String {
        "\(kills) kills, \(operations) acknowledged, \(Int(operationsPerSecond)) per second under load, "
            + "\(adopted) attempts adopted, \(idleRounds) rounds without enough load, \(violations.count) lost"
    }
}
