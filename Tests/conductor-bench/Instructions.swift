import ArgumentParser
import ConductorBench
import ConductorTestSupport

struct Instructions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts the daemon's instructions per task under callgrind, one task in flight.",
        discussion: "Ends with 1 where they are over a tenth more than they were.")

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("Where state is kept meanwhile.", valueName: "dir"))
    var folder = "/var/tmp"

    func run() async throws {
        guard InstructionCount.isAvailable else { throw ValidationError("valgrind is not installed") }
        var isExceeded = false
        for (subject, budget) in InstructionCount.budgets {
            let count = InstructionCount(subject, conductord: conductord, parentFolder: folder)
            let instructions = try await count(), most = budget * InstructionCount.tolerance
            print("\(subject.rawValue): \(Int(instructions)) thousand instructions per task of \(Int(most))")
            if instructions > most { isExceeded = true }
        }
        if isExceeded { throw ExitCode.failure }
    }
}
