import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorProtocol

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the daemon's status, and what needs a decision.",
        usage: "conductorctl status [<options>]")

    @Flag(help: "Show what each user has of what is limited.")
    var accounts = false

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect(replyTimeout: patience.replyTimeout)
        guard !accounts else {
            let answer = try await client.answer(to: AccountListMethod.self, NoParams())
            return try common.format.show(answer.json.text, table: .accounts(answer.reply.accounts))
        }
        let status = try await client.answer(to: StatusMethod.self, NoParams())
        var overview = DaemonOverview(status.reply, socket: common.daemon.path)
        if !common.format.json { await overview.complete(client) }
        try common.format.show(status.json.text, lines: overview.lines(on: Terminal.layout, at: .now))
    }
}
