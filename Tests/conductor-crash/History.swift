import ArgumentParser
import ConductorFaults

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the start with many ended tasks in the database.")

    @Option(help: "How many tasks.")
    var tasks = 100_000

    func run() async throws {
        let report = try await HistoryRun(tasks: tasks).run()
        say("\(report.tasks) ended tasks; from start to READY:")
        say("  after kill -9: \(report.afterCrash.map(\.text).joined(separator: ", "))")
        say("  after SIGTERM: \(report.afterStop.map(\.text).joined(separator: ", "))")
        let slowest = (report.afterCrash + report.afterStop).max() ?? .zero
        try conclude(slowest < .seconds(1) ? [] : ["a start took \(slowest.text); less than 1 s is promised"])
    }
}

extension Duration {
    fileprivate var text: String { "\(Int(self / .milliseconds(1))) ms" }
}
