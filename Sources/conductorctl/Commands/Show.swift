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

    @Argument(help: "A workflow, a task, WORKFLOW/TASK, or an agent.")
    var id: TaskArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id) {
        case .workflow(let view):
            let answer = try await client.answer(to: WorkflowGetMethod.self, view.workflowID)
            let summary = WorkflowSummary(answer.reply, tasks: try await tasks(of: view, client))
            try common.format.show(
                answer.json.text, lines: summary.lines(on: Terminal.layout))
        case .task(let answer): try common.format.show(answer.json.text, lines: lines(of: answer.reply))
        case .agent(let agent):
            let json = try agent.jsonText.parsed()
            try common.format.show(json.text, table: .members(of: json))
        }
    }

    /// Of a workflow that has not ended, for people: what each task is at, or waits for.
    private func tasks(of view: WorkflowView, _ client: ConductorClient) async throws -> [TaskListEntry] {
        guard !common.format.json, !view.status.isTerminal else { return [] }
        let query = TaskQuery(workflowID: view.workflowID, page: Page(limit: 1000))
        return try await client.tasks(query).tasks
    }

    private func lines(of task: TaskDetails) -> [String] {
        let style = Terminal.style
        let reason = task.waiting?.message
        let wait = reason.map { [style.paint("waiting", .strong), "  \(TerminalText.sanitized($0))"] } ?? []
        let result = task.result.map { [style.paint("result", .strong)] + members(of: $0.jsonText) } ?? []
        return wait + [style.paint("task", .strong)] + members(of: task.taskText) + result
    }

    /// Those that say something, one in a line.
    private func members(of object: JSONText) -> [String] {
        guard let json = try? object.parsed() else { return [] }
        return json.members.filter { $0.value.kind != .null }.map { key, value in
            "  \(TerminalText.padded(key, 18)) \(TerminalText.sanitized(value.string ?? value.text.string))"
        }
    }
}
