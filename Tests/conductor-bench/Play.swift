import ArgumentParser
import ConductorBench

struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Be a floor, an agent or a submitter.", shouldDisplay: false)

    @Argument var role: String

    func run() throws { try Role.play(role) }
}
