import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide on a workflow that is held at a gate.",
        usage: "conductorctl approve <workflow> [--deny] [--comment <text>] [<options>]",
        discussion: "The workflow goes on with its next phase; with --deny it ends as failed.")

    @Argument(help: "The workflow.")
    var workflow: WorkflowID

    @Flag(help: "Do not let it pass.")
    var deny = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Why, for whoever reads its history.", valueName: "text"))
    var comment: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        var params = WorkflowApproval(workflowID: workflow, approve: !deny, comment: comment)
        params.requestKey = requestKey
        let answer = try await common.connect().call(.workflowApprove(params))
        try common.format.show(
            answer.text, lines: ["the gate of workflow \(workflow) is \(deny ? "denied" : "approved")"])
    }
}
