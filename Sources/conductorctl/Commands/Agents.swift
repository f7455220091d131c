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
        let client = try await common.connect()
        let first = try await client.answer(to: AgentListMethod.self, query)
        guard first.reply.nextAfter != nil else {
            return try common.format.show(first.json.text, table: .agents(first.reply.agents, at: .now))
        }
        // They do not fit into one answer.
        let agents = try await client.agents(query)
        try common.format.show(AgentList(agents).jsonText, table: .agents(agents, at: .now))
    }
}
