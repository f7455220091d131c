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

    @Option(
        help: ArgumentHelp(
            "Only those: waiting, running, succeeded, failed, skipped or cancelled, with commas between them.",
            valueName: "status"))
    var status: TaskStatusFilter?

    @Option(help: "Only those for this type of agent.")
    var type: AgentType?

    @Option(help: "Only those of this workflow.")
    var workflow: WorkflowArgument?

    @Option(sorting: TaskOrder.self)
    var sort: TaskOrder?

    @OptionGroup var list: ListOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let id: WorkflowID? = if let workflow { try await client.possibleID(workflow) } else { nil }
        let statuses = status?.statuses
        // The daemon tells those of one status apart itself.
        let only = statuses?.count == 1 ? statuses?.first : nil
        let fits = statuses.map { statuses in
            { (task: TaskListEntry) in task.status.known.map(statuses.contains) ?? false }
        }
        let found = try await list.collect(where: only == nil ? fits : nil) { page in
            let query = TaskQuery(status: only, agentType: type, workflowID: id, page: page)
            let answer = try await client.tasks(query)
            return (answer.tasks, answer.nextCursor)
        }
        let tasks = sort?.sorted(found.records) ?? found.records
        try list.show(
            TaskList(tasks, nextCursor: found.nextCursor), table: .tasks(tasks, isWide: list.isWide),
            ids: tasks.map(\.key.description), common.format)
        list.tellOfMore(after: found.nextCursor, tasks.count, common.format)
    }
}
