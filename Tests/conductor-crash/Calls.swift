import ArgumentParser
import ConductorFaults

struct Calls: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Each storage call of a session fails in turn, once and from then on, and each write finds the disk full.")

    @Option(help: "Each how-manieth call is tried.")
    var every = 1

    @Option(help: ArgumentHelp("Only these.", valueName: "fault"))
    var fault: [CallRun.Fault] = CallRun.Fault.allCases

    func run() async throws {
        var violations: [String] = []
        for fault in fault {
            let report = try await CallRun(fault, every: every).run()
            say(
                "\(fault): \(report.runs) runs for \(report.calls) calls; the start refused \(report.refusedStarts), "
                    + "ended at once \(report.ended), went on \(report.stopped), "
                    + "broken promises \(report.violations.count)")
            violations += report.violations
        }
        try conclude(violations)
    }
}

extension CallRun.Fault: ExpressibleByArgument {}
