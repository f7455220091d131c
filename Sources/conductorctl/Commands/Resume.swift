import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a paused workflow or agent.",
        discussion: "An id that both a workflow and an agent have is the workflow's.")

    @Argument(help: "A workflow or an agent.", completion: .known(.workflows, .agents))
    var id: WorkArgument

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id, to: .change) {
        case .workflow(let view):
            let answer = try await client.answer(to: WorkflowResumeMethod.self, view.workflowID)
            try common.format.show(answer.json.text, lines: ["workflow \(view.workflowID) is resumed"])
        case .agent(let state):
            let answer = try await client.answer(to: AgentResumeMethod.self, state.agentID)
            try common.format.show(answer.json.text, lines: ["agent \(state.agentID) is resumed"])
        case .task: throw Refusal(.invalidParams, "\(id.text) is a task: only workflows and agents resume")
        }
    }
}
