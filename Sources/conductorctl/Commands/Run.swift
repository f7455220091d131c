import ArgumentParser
import ConductorCommandLine
import ConductorModel

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a workflow and watch it to its end.",
        usage: "conductorctl run <file> [--set <name=value> ...] [<options>]",
        discussion: """
            Ctrl-C cancels the workflow and waits for its end; a second one stops waiting. SIGTERM and SIGHUP, as \
            when the terminal is closed, leave it to run.

            With --standalone a private daemon and the fleet's agents run for this one workflow. Any of these \
            signals cancels it, and nothing of them is left.
            """)

    @Argument(help: "The workflow, in YAML or JSON; - for standard input.", completion: .file())
    var file: String

    @OptionGroup var inputs: InputOptions

    @Option(
        help: ArgumentHelp("The workflow's id; of one that is known, nothing runs a second time.", valueName: "id"))
    var workflowID: WorkflowID?

    @Flag(help: "Return once the workflow is accepted, and print its id.")
    var detach = false

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @Flag(help: "Start a private daemon and the agents of --fleet for this run.")
    var standalone = false

    @Option(help: ArgumentHelp("The agents of a standalone run.", valueName: "file"), completion: .file())
    var fleet: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard standalone == (fleet != nil) else { throw ValidationError("--standalone and --fleet need each other.") }
        guard !standalone || !detach else { throw ValidationError("A standalone run cannot be detached.") }
        guard !standalone || common.socket == nil else {
            throw ValidationError("A standalone run has a socket of its own.")
        }
        guard [file, inputs.inputs, fleet].count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("Standard input can be one of the files only.")
        }
    }

    func run() async throws {
        let definition = try WorkflowFile.load(SourceDocument(path: file))
        let run = WorkflowRun(definition, id: workflowID, inputs: try inputs.json(for: definition))
        guard let fleet else { return try await AttachedRun.start(run, common, logs: logs, detach: detach) }
        try AgentHost.requireRoom()
        let agents = try FleetFile.load(path: fleet)
        try await AttachedRun.start(run, common.format, logs: logs) { follow in
            try await PrivateDaemon.run { socket in
                let host = AgentHost(agents, socket: socket)
                return try await Fleet(host.fleet, host: host.commands).serve { try await follow(socket) }
            }
        }
    }
}
