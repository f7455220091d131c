import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List tasks, the newest first.",
        usage: "conductorctl tasks [<options>]")

    @Option(help: "Only those with this status.")
    var status: TaskStatus?

    @Option(help: "Only those for this type of agent.")
    var type: AgentType?

    @Option(help: "Only those of this workflow.")
    var workflow: WorkflowID?

    @OptionGroup var list: ListOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let query = TaskQuery(status: status, agentType: type, workflowID: workflow, page: list.page)
        let answer = try await common.connect().call(.taskList(query))
        let rows = answer["tasks"].map { Array($0.elements) } ?? []
        try common.format.show(answer.text, table: .tasks(rows))
        list.tellOfMore(answer, rows.count, common.format)
    }
}
