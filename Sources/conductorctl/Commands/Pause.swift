import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a workflow or an agent.",
        discussion: """
            What runs continues to its end; a paused workflow starts no task, and a paused agent gets none, \
            until resumed. An id that both a workflow and an agent have is the workflow's.
            """)

    @Argument(help: "A workflow or an agent.", completion: .known(.workflows, .agents))
    var id: WorkArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id, to: .change) {
        case .workflow(let view):
            let answer = try await client.answer(to: WorkflowPauseMethod.self, view.workflowID)
            try common.format.show(answer.json.text, lines: ["workflow \(view.workflowID) is paused"])
        case .agent(let state):
            let answer = try await client.answer(to: AgentPauseMethod.self, state.agentID)
            try common.format.show(answer.json.text, lines: ["agent \(state.agentID) is paused"])
        case .task: throw Refusal(.invalidParams, "\(id.text) is a task: only workflows and agents pause")
        }
    }
}
