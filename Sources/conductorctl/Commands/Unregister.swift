import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Unregister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unregister", abstract: "Take an agent out of the registry.")

    @Argument(help: "The agent's id.", completion: .known(.agents))
    var id: AgentID

    @Flag(help: "Let any user register the id from now on; else it stays its user's for 30 days.")
    var release = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let done = try await common.connect().unregister(id, releasing: release)
        try common.format.show(
            ["unregistered": done], lines: done ? ["agent \(id) is \(release ? "released" : "unregistered")"] : [])
        guard done else { throw ToldByResult(Refusal.notFound(kind: "agent", id: id)) }
    }
}
