import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Unregister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unregister", abstract: "Take an agent out of the registry.")

    @Argument(help: "The agent's id.")
    var id: AgentID

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let done = try await common.connect().unregister(id)
        try common.format.show(["unregistered": done], lines: done ? ["agent \(id) is unregistered"] : [])
        guard done else { throw Refusal.notFound(kind: "agent", id: id) }
    }
}
