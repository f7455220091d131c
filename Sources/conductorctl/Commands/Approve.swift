import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Decide on a workflow that is held at a gate.",
        usage: "conductorctl approve <workflow> [--deny] [--accept-failures] [<options>]",
        discussion: """
            The workflow continues with its next phase, and tasks that need one that failed are skipped; with \
            --accept-failures they run. With --deny it ends as failed. `conductorctl retry` runs again what failed.
            """)

    @Argument(help: "The workflow.")
    var workflow: WorkflowArgument

    @Flag(help: "End the workflow as failed.")
    var deny = false

    @Flag(help: "Count what failed as done, for what needs it and for later gates.")
    var acceptFailures = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Why; kept in its history.", valueName: "text"))
    var comment: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !deny || !acceptFailures else {
            throw ValidationError("--deny and --accept-failures exclude each other.")
        }
    }

    func run() async throws {
        let client = try await common.connect()
        let id = try await client.workflowID(workflow, to: .change)
        var params = WorkflowApproval(workflowID: id, approve: !deny, comment: comment)
        params.acceptFailures = acceptFailures
        params.requestKey = requestKey
        let answer = try await client.answer(to: WorkflowApproveMethod.self, params)
        try common.format.show(
            answer.json.text, lines: ["the gate of workflow \(id) is \(deny ? "denied" : "approved")"])
    }
}
