import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the daemon's status and object counts.")

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let status = try await common.connect(replyTimeout: patience.replyTimeout).status()
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
