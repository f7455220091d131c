import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known of a workflow, a task or an agent.")

    @Argument(help: "A workflow, a task, WORKFLOW/TASK, or an agent.", completion: .known(.work, .agents))
    var id: WorkArgument

    @Flag(help: "Of a workflow every task that failed, with the end of its log, and no tables.")
    var failed = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id) {
        case .workflow(let view):
            let answer = try await client.answer(to: WorkflowGetMethod.self, view.workflowID)
            let lines = try await lines(of: answer.reply, client)
            try common.format.show(answer.json.text, lines: lines)
        case .task(_, let answer):
            var report = TaskReport(answer.reply)
            if !common.format.json { await report.complete(client) }
            try common.format.show(answer.json.text, lines: report.lines(on: Terminal.layout))
        case .agent(let agent):
            let json = try agent.jsonText.parsed()
            try common.format.show(json.text, table: .members(of: json))
        }
    }

    private func lines(of workflow: WorkflowDetails, _ client: ConductorClient) async throws -> [String] {
        guard !common.format.json else { return [] }
        var report = RunReport(workflow, showingAll: failed)
        await report.complete(client)
        let lines = report.lines(on: Terminal.layout)
        guard !failed else { return lines }
        let tables = WorkflowTables(workflow, tasks: try await tasks(of: workflow.state, client))
        return lines + tables.lines(on: Terminal.layout)
    }

    /// Of a workflow that has not ended: what each task is at, or waits for.
    private func tasks(of view: WorkflowView, _ client: ConductorClient) async throws -> [TaskListEntry] {
        view.status.isTerminal ? [] : try await client.allTasks(of: view.workflowID)
    }
}
