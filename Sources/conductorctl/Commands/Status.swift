import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorProtocol

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the daemon's status and object counts.",
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
        let status = try await client.answer(to: StatusMethod.self, NoParams()).json
        try common.format.show(status.text, lines: lines(status))
    }

    private func lines(_ status: JSONValue) -> [String] {
        status.members.map { key, value in
            "\(TerminalText.padded(key, 16)) \(TerminalText.sanitized(shown(value)))"
        }
    }

    /// Counts of nothing are left out.
    private func shown(_ value: JSONValue) -> String {
        guard value.kind == .object else { return value.string ?? value.text.string }
        let parts = value.members.filter { $0.value.integer != 0 }
            .map { "\($0.key) \($0.value.string ?? $0.value.text.string)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
