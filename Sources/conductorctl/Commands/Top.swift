import ArgumentParser
import ConductorCommandLine

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the daemon's status live, on the whole terminal.",
        usage: "conductorctl top [<options>]",
        discussion: "What status shows, with the workflows that run and the agents. q or Ctrl-C ends it.")

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !common.format.json else { throw ValidationError("top is for people; use: conductorctl status --json") }
        guard Terminal.isLive else { throw ValidationError("top needs a terminal; elsewhere use: conductorctl status") }
    }

    func run() async throws {
        let screen = TopScreen(socket: common.daemon)
        try await whileAttached(cancel: { false }) { try await screen.show() }
    }
}
