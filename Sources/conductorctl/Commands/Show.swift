import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all that is known of a workflow, a task or an agent.")

    @Argument(help: "A workflow, a task, WORKFLOW/TASK, or an agent.")
    var id: TaskArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id) {
        case .workflow(let view):
            let answer = try await client.call(.workflowGet(view.workflowID))
            let summary = try WorkflowSummary(answer)
            try common.format.show(
                answer.text, lines: summary.lines(on: Terminal.layout))
        case .task(let answer): try common.format.show(answer.text, lines: lines(ofTask: answer))
        case .agent(let agent):
            let json = try agent.jsonText.parsed()
            try common.format.show(json.text, table: .members(of: json))
        }
    }

    private func lines(ofTask answer: JSONValue) -> [String] {
        let style = Terminal.style
        return ["task", "result"].flatMap { name -> [String] in
            guard let part = answer[name] else { return [] }
            return [style.paint(name, .strong)]
                + part.members.filter { $0.value.kind != .null }.map { key, value in
                    "  \(TerminalText.padded(key, 18)) \(TerminalText.sanitized(value.string ?? value.text.string))"
                }
        }
    }
}
