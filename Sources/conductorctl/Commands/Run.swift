import ArgumentParser
import ConductorCommandLine
import ConductorModel

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a workflow and watch it to its end.",
        usage: "conductorctl run <file> [--set <name=value> ...] [<options>]",
        discussion: """
            Ctrl-C cancels the workflow and waits for its end; a second one leaves at once. With --standalone a \
            private daemon and the fleet's agents run for this one workflow, and nothing of them stays behind.
            """)

    @Argument(help: "The workflow, in YAML or JSON; - for standard input.")
    var file: String

    @OptionGroup var inputs: InputOptions

    @Option(
        help: ArgumentHelp("The workflow's id; the same id with the same content is the same run.", valueName: "id"))
    var workflowID: WorkflowID?

    @Flag(help: "Return once the workflow is accepted, and print its id.")
    var detach = false

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @Flag(help: "Start a private daemon and the agents of --fleet for this run.")
    var standalone = false

    @Option(help: ArgumentHelp("The agents of a standalone run.", valueName: "file"))
    var fleet: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard standalone == (fleet != nil) else { throw ValidationError("--standalone and --fleet need each other.") }
        guard !standalone || !detach else { throw ValidationError("A standalone run cannot be detached.") }
        guard !standalone || common.socket == nil else {
            throw ValidationError("A standalone run has a socket of its own.")
        }
    }

    func run() async throws {
        let run = WorkflowRun(
            try WorkflowFile.load(SourceDocument(path: file)), id: workflowID, inputs: try inputs.json())
        guard let fleet else { return try await AttachedRun.start(run, common, logs: logs, detach: detach) }
        try AgentHost.requireRoom()
        let agents = try FleetFile.load(path: fleet)
        let attached = AttachedRun(run, common.format, logs: logs)
        let answer = try await attached.interruptible {
            try await PrivateDaemon.run { socket in
                let host = AgentHost(agents, socket: socket)
                return try await Fleet(host.fleet, host: host.commands).serve { try await attached.follow(socket) }
            }
        }
        try attached.show(answer)
    }
}
