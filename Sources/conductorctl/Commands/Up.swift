import ArgumentParser
import ConductorCommandLine

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register the agents of a fleet file, and serve their tasks until stopped.",
        discussion: """
            The file lists agents under `agents`, each with id, type and command (a list), and capacity, \
            working_directory and environment where wanted. Relative paths start from the file's folder.

            SIGTERM or Ctrl-C finishes what runs and unregisters; a second one cancels what runs.
            """)

    @Argument(help: "The fleet, in YAML or JSON.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await AgentService(try FleetFile.load(path: file).members, common).run()
    }
}
