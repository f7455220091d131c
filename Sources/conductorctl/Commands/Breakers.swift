import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Breakers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breakers",
        abstract: "List the agents' circuit breakers, or close one.",
        subcommands: [ListBreakers.self, ResetBreaker.self],
        defaultSubcommand: ListBreakers.self)
}

struct ListBreakers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the circuit breakers of agents that have failed.",
        usage: "conductorctl breakers [list] [<options>]")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let breakers = try await common.connect().breakers()
        try common.format.show(["breakers": breakers], table: .breakers(breakers))
    }
}

struct ResetBreaker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Close an agent's breaker now: it gets tasks again.",
        usage: "conductorctl breakers reset <agent> [<options>]")

    @Argument(help: "The agent.", completion: .known(.agents))
    var agent: AgentID

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let breaker = try await common.connect().resetBreaker(of: agent)
        try common.format.show(["breaker": breaker], lines: ["the breaker of agent \(agent) is closed"])
    }
}
