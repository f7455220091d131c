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

    @Option(
        help: ArgumentHelp(
            "Only those: running, paused, held, succeeded, failed or cancelled, with commas between them.",
            valueName: "status"))
    var status: WorkflowStatusFilter?

    @Option(parsing: .unconditional, help: "Only those of this name.")
    var name: String?

    @Option(help: ArgumentHelp("Only what began later: 90s, 5m, 2h, 3d ago, or a timestamp.", valueName: "time"))
    var since: TimeArgument?

    @Option(sorting: WorkflowOrder.self)
    var sort: WorkflowOrder?

    @OptionGroup var list: ListOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let words = status?.words(isForPrograms: list.isJSON(common.format))
        let fits = { (workflow: WorkflowListEntry) in
            (words?.contains { $0.fits(workflow) } ?? true) && (name == nil || workflow.name == name)
        }
        let isFiltered = words != nil || name != nil || since != nil
        let found = try await list.collect(where: isFiltered ? fits : nil) { (workflow: WorkflowListEntry) in
            since.map { workflow.startedAt < $0.timestamp } ?? false
        } _: { page in
            let answer = try await client.workflows(WorkflowQuery(page: page))
            return (answer.workflows, answer.nextCursor)
        }
        let workflows = sort?.sorted(found.records) ?? found.records
        try list.show(
            WorkflowList(workflows, nextCursor: found.nextCursor),
            table: .workflows(workflows, at: .now, isWide: list.isWide),
            ids: workflows.map(\.workflowID.description), common.format)
        list.tellOfMore(after: found.nextCursor, workflows.count, common.format)
    }
}
