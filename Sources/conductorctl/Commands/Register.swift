import ArgumentParser
import ConductorAgent
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register an agent, and serve its tasks with a command until stopped.",
        usage: "conductorctl register <id> --type <type> [<options>] -- <command> ...",
        discussion: """
            The command gets each task as one line of JSON on standard input and in CONDUCTOR_* variables. Its result \
            is the JSON object that it prints; lines on standard error become the task's log. It exits with 0 for \
            completed, 65 for a task that does not suit it, 75 for a fault worth another try, else for failed.

            SIGTERM or Ctrl-C finishes what runs and unregisters; a second one cancels what runs.
            """)

    @Argument(help: "The agent's id.")
    var id: AgentID

    @Option(help: "What the agent is for.")
    var type: AgentType

    @Option(parsing: .unconditional, help: "How many tasks it may run at once, from 1 to 10000.")
    var capacity = 1

    @Option(help: "Something that the agent is or has, for tasks that demand it, such as gpu. May be repeated.")
    var label: [AgentLabel] = []

    @Option(parsing: .unconditional, help: "What people call the agent.")
    var name: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The folder that the command runs in.", valueName: "folder"),
        completion: .directory)
    var workingDirectory: String?

    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
    var command: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...10_000).contains(capacity) else { throw ValidationError("--capacity is from 1 to 10000.") }
        guard label.count <= Limits.labels else {
            throw ValidationError("An agent has at most \(Limits.labels) labels.")
        }
        if let id = label.first(where: \.isID) {
            throw ValidationError("--label must not be \(id): an agent has its own id= label.")
        }
        guard !command.isEmpty else { throw ValidationError("The command that serves the tasks follows --.") }
        // It would come to the command as something else.
        guard Self.argumentsAreText else { throw ValidationError("An argument is not UTF-8.") }
    }

    func run() async throws {
        var registration = AgentRegistration(agentID: id, agentType: type, capacity: capacity)
        registration.labels = AgentLabels(label)
        registration.name = name
        let member = FleetFile.Member(
            registration: registration, command: command, workingDirectory: workingDirectory, environment: [:])
        try await AgentService(FleetFile(members: [member]), common).run(whenFailing: .end)
    }

    private static var argumentsAreText: Bool {
        (0..<Int(CommandLine.argc)).allSatisfy { index in
            CommandLine.unsafeArgv[index].map { String(validatingCString: $0) != nil } ?? true
        }
    }
}
