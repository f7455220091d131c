import ArgumentParser
import ConductorBench
import ConductorTestSupport

struct Instructions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts the daemon's instructions per task under callgrind, one task in flight.")

    @Option(help: ArgumentHelp("The daemon to measure, in place of the one beside this program.", valueName: "path"))
    var conductord = Binaries.conductord

    @Option(help: ArgumentHelp("Where state is kept meanwhile.", valueName: "dir"))
    var folder = "/var/tmp"

    func run() async throws {
        guard InstructionCount.isAvailable else { throw ValidationError("valgrind is not installed") }
        for subject in [Subject.ephemeral, .durable] {
            let count = InstructionCount(subject, conductord: conductord, parentFolder: folder)
            print("\(subject.rawValue): \(Int(try await count())) thousand instructions per task")
        }
    }
}
