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
        let answer = try await common.connect().call(.workflowList(WorkflowQuery(status: status, page: list.page)))
        let rows = answer["workflows"].map { Array($0.elements) } ?? []
        try common.format.show(answer.text, table: .workflows(rows))
        list.tellOfMore(answer, rows.count, common.format)
    }
}
