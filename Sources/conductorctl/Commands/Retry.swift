import ArgumentParser
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run an ended or held workflow again and watch it to its end.",
        usage: "conductorctl retry <workflow> [--all] [<options>]",
        discussion: """
            Only the tasks that are not completed run again, unless --all is given. Signals and the exit status are \
            those of run.
            """)

    @Argument(help: "The workflow.")
    var workflow: WorkflowArgument

    @Flag(help: "Run completed tasks again too.")
    var all = false

    @Flag(help: "Return once the workflow has begun again, and print its id.")
    var detach = false

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @Option(parsing: .unconditional, help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let id = try await common.connect().workflowID(workflow, to: .change)
        var params = WorkflowRetry(workflowID: id)
        params.onlyFailed = !all
        params.requestKey = requestKey
        try await AttachedRun.start(WorkflowRun(retrying: params), common, logs: logs, detach: detach)
    }
}
