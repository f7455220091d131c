import ArgumentParser
import ConductorFaults

struct Full: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The disk is full for a while: writes are refused, reads go on, and it heals.")

    @Option(help: "How often.")
    var times = 100

    func run() async throws {
        var violations: [String] = []
        var held = 0
        for _ in 0..<times {
            let report = try await FullDiskRun().run()
            violations += report.violations
            held += report.held
        }
        say("full \(times) times, \(held) submissions held and acknowledged later, \(violations.count) broken")
        try conclude(violations)
    }
}
