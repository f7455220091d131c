import ArgumentParser
import ConductorCommandLine
import ConductorModel
import ConductorPictures
import ConductorProtocol

struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a run as one page of HTML.",
        discussion: """
            The page needs no network and no scripts: verdict, failures, findings, a timeline of agents, the graph, \
            gates, durations and tasks. It goes to standard output: conductorctl report W > run.html
            """)

    @Argument(help: "The workflow.")
    var workflow: WorkflowArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let run = try await client.reportedRun(try await client.workflowID(workflow, to: .look), inDetail: true)
        let page = ReportPage(run, program: "conductorctl \(ConductorVersion.current)")
        try common.format.write(page.html, format: "html")
    }
}
