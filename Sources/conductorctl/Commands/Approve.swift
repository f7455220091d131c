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
            The workflow goes on with its next phase, and tasks that need one that failed are skipped; with \
            --accept-failures they run. With --deny it ends as failed. `conductorctl retry` runs again what failed.
            """)

    @Argument(help: "The workflow.")
    var workflow: WorkflowID

    @Flag(help: "Do not let it pass.")
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
        var params = WorkflowApproval(workflowID: workflow, approve: !deny, comment: comment)
        params.acceptFailures = acceptFailures
        params.requestKey = requestKey
        let answer = try await common.connect().call(.workflowApprove(params))
        try common.format.show(
            answer.text, lines: ["the gate of workflow \(workflow) is \(deny ? "denied" : "approved")"])
    }
}
