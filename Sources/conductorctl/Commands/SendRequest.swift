import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct SendRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Publish a message on a channel, and wait for the response.",
        usage: "conductorctl request <channel> --type <type> [--payload <json>]",
        discussion: """
            The response is the first message, on any channel, with the same correlation id, which is this message's \
            own id unless it is given. Its payload is printed, with --json the whole message.
            """)

    @OptionGroup var message: MessageOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to wait, from 0 to 86400.", valueName: "seconds"))
    var timeout: Double = 30

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...86_400).contains(timeout) else { throw ValidationError("--timeout is from 0 to 86400.") }
    }

    func run() async throws {
        let message = try message.message()
        let patience = Duration(inSeconds: timeout)
        // The daemon says when the time is over; only if it does not, the client does.
        let client = try await common.connect(replyTimeout: patience + CommonOptions.replyTimeout)
        let response = try await client.request(message, on: self.message.channel, timeout: patience)
        try common.format.show(response, lines: [TerminalText.lines(json: response.payload.string)])
    }
}
