import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Rerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Run a workflow's definition again, as a new workflow.",
        usage: "conductorctl rerun <workflow> [--set <name=value> ...] [<options>]",
        discussion: """
            The definition and the inputs are those of the run that is named; --inputs and --set override single inputs. \
            Signals and the exit status are those of run. `conductorctl retry` goes on with the same workflow instead.
            """)

    @Argument(help: "A workflow, ended or not.")
    var workflow: WorkflowArgument

    @OptionGroup var inputs: InputOptions

    @Option(help: ArgumentHelp("The new workflow's id.", valueName: "id"))
    var workflowID: WorkflowID?

    @Flag(help: "Return once the workflow is accepted, and print its id.")
    var detach = false

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let id = try await client.workflowID(workflow, to: .look)
        let former = try await client.call(WorkflowGetMethod.self, id)
        guard !former.omitsDefinition, let given = former.inputs else {
            throw Refusal(.frameTooLarge, "workflow \(id) is too long to be read as a whole; run its file instead")
        }
        var definition = former.definition
        definition.workflowID = nil
        let run = WorkflowRun(definition, id: workflowID, inputs: try inputs.json(for: definition, over: given))
        try await AttachedRun.start(run, common, logs: logs, detach: detach)
    }
}
