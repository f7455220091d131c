import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Workflows: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflows",
        abstract: "List workflows, the newest first.",
        usage: "conductorctl workflows [<options>]")

    @Option(help: "Only those with this status.")
    var status: TaskStatus?

    @OptionGroup var list: ListOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let query = WorkflowQuery(status: status, page: list.page)
        let answer = try await common.connect().answer(to: WorkflowListMethod.self, query)
        let workflows = answer.reply.workflows
        try common.format.show(answer.json.text, table: .workflows(workflows))
        list.tellOfMore(after: answer.reply.nextCursor, workflows.count, common.format)
    }
}
