import ArgumentParser
import ConductorBench
import ConductorTestSupport
import Foundation

struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Several rounds over all workloads: medians, and ratios to the floor.",
        discussion: "Ends with 1 where a result was lost, repeated or not what was sent.")

    @Option(help: "How many rounds.")
    var rounds = 5

    @Option(help: "How many tasks a run has, as a multiple of the usual number.")
    var scale = 1.0

    @Option(help: "The order within each round follows from this.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Only these: \(Workload.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
    var workload: [String] = []

    @Option(help: ArgumentHelp("Only these.", valueName: "subject"))
    var subject: [Subject] = Subject.allCases

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("The daemon's log level, in place of its own default.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("Where state is kept meanwhile; on a disk.", valueName: "dir"))
    var folder = "/var/tmp"

    @Option(help: ArgumentHelp("Write every sample there.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard rounds >= 1, scale > 0 else { throw ValidationError("--rounds and --scale must be above 0") }
        for name in workload where !Workload.all.contains(where: { $0.name == name }) {
            throw ValidationError("there is no workload \(name)")
        }
    }

    func run() async throws {
        var rounds = Rounds()
        rounds.rounds = self.rounds
        rounds.scale = scale
        rounds.seed = seed
        rounds.subjects = subject
        rounds.conductord = conductord
        rounds.parentFolder = folder
        if let logLevel { rounds.arguments = ["--log-level", logLevel] }
        if !workload.isEmpty { rounds.workloads = Workload.all.filter { workload.contains($0.name) } }
        let machine = try await Machine(conductord: conductord, folder: folder)
        if !machine.hasDisk { remark("\(folder) is \(machine.fileSystem): flushes cost nothing there; see --folder") }
        let report = try await rounds { run in
            let round = run.counting == .all ? "counting" : "round \(run.round)"
            remark("\(round): \(run.workload.name) on \(run.subject.rawValue)")
        }
        print(report.table)
        if let json { try report.json().write(toFile: json, atomically: true, encoding: .utf8) }
    }
}

extension Subject: ExpressibleByArgument {}
