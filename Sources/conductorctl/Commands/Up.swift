import ArgumentParser
import ConductorClient
import ConductorCommandLine

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Register the agents of a fleet file, and serve their tasks until stopped.",
        discussion: """
            The file lists agents under `agents`, each with id, type and command (a list), and capacity, \
            working_directory and environment where wanted. Relative paths start from the file's folder.

            What they do and log is printed after their ids. An agent that the daemon refuses is tried again, after 1 \
            second at first and after a minute at most; the others go on. A lost connection is made anew.

            SIGTERM or Ctrl-C finishes what runs and unregisters; a second one cancels what runs.
            """)

    @Argument(help: "The fleet, in YAML or JSON.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let fleet = try FleetFile.load(path: file)
        // Whether there is a daemon at all.
        try await common.connect().ping()
        try await AgentService(fleet, common).run(whenFailing: .restart)
    }
}
