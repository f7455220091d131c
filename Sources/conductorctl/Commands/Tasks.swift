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
        let answer = try await common.connect().answer(to: TaskListMethod.self, query)
        let tasks = answer.reply.tasks
        try common.format.show(answer.json.text, table: .tasks(tasks))
        list.tellOfMore(after: answer.reply.nextCursor, tasks.count, common.format)
    }
}
