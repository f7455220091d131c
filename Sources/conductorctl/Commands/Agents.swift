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

    @Option(sorting: AgentOrder.self)
    var sort: AgentOrder?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("wide: with labels; name: ids alone; json.", valueName: "form"))
    var form: ListOptions.Form?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let query = AgentQuery(agentType: type, available: available ? true : nil)
        let client = try await common.connect()
        let first = try await client.answer(to: AgentListMethod.self, query)
        guard first.reply.nextAfter != nil || sort != nil else {
            return try show(first.json.text, first.reply.agents)
        }
        // They do not fit into one answer, or come in another order.
        var agents = try await client.agents(query)
        if let sort { agents = sort.sorted(agents) }
        try show(AgentList(agents).jsonText, agents)
    }

    private func show(_ json: JSONText, _ agents: [AgentState]) throws {
        var format = common.format
        format.json = format.json || form == .json
        if form == .name, !format.json { return try format.show(json, lines: agents.map(\.agentID.description)) }
        try format.show(json, table: .agents(agents, at: .now, isWide: form == .wide))
    }
}
