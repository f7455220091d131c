import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Compare the newest runs of a workflow's name.",
        discussion: "Durations and outcomes, the slowest tasks, and those that fail most often, of at most 20 runs.")

    @Argument(help: "The name of workflows.")
    var name: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let found = try await client.call(WorkResolveMethod.self, .text(name))
        guard found.matchedBy.known == .name, !found.workflows.isEmpty else {
            throw Refusal(.notFound, "there is no run of the name \"\(TerminalText.sanitized(name))\"")
        }
        var details: [WorkflowDetails] = []
        for run in found.workflows where !common.format.json {
            details.append(try await client.call(WorkflowGetMethod.self, run.workflowID))
        }
        try common.format.show(
            WorkflowList(found.workflows, nextCursor: nil),
            lines: RunHistory(found.workflows, details).lines(on: Terminal.layout, at: .now))
    }
}
