import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Agents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "List agents.",
        usage: "conductorctl agents [<options>]")

    @Option(help: "Only those of this type.")
    var type: AgentType?

    @Flag(help: "Only those that could be given a task now.")
    var available = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let query = AgentQuery(agentType: type, available: available ? true : nil)
        let answer = try await common.connect().call(.agentList(query))
        let agents = try answer["agents"]?.elements.map { try AgentState(json: $0) } ?? []
        try common.format.show(answer.text, table: .agents(agents))
    }
}
