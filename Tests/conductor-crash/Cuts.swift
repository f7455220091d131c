import ArgumentParser
import ConductorFaults
import ConductorTestSupport

struct Cuts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Power cuts: writes that were not flushed are dropped, in part or out of order.")

    @Option(help: "How many cuts.")
    var cuts = 2000

    @Flag(help: "The disk forgets what it was told to flush: this must fail.")
    var forgetful = false

    @OptionGroup var seed: Seed

    func run() async throws {
        say(try await Binaries.fingerprint(of: Binaries.conductord))
        var run = CutRun(cuts: cuts, seed: seed.seed)
        run.forgetsFlushes = forgetful
        let report = try await run.run { report in
            say(
                "\(report.cuts) cuts in \(report.sessions) sessions, \(report.facts) acknowledged facts asked for, "
                    + "\(report.violations.count) lost")
        }
        try conclude(report.violations)
    }
}
