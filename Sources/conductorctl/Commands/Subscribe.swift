import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Subscribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribe",
        abstract: "Print the messages of a channel until Ctrl-C.",
        discussion: """
            The daemon announces on conductor:errors what nobody retries, and on conductor:dlq what it gives up. Where \
            the connection is lost it is made anew; what was said meanwhile is not heard.
            """)

    @Argument(help: "The channel.")
    var channel: String

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...256).contains(channel.utf8.count) else {
            throw ValidationError("A channel's name has 1 to 256 bytes.")
        }
    }

    func run() async throws {
        // Whether there is a daemon at all.
        try await common.connect().ping()
        var backoff = Backoff()
        var interruption = Interruption()
        while true {
            do {
                let messages = try await common.connect().messages(on: channel)
                EventStream.tell(interruption.ended())
                backoff.succeeded()
                for try await message in messages { try await show(message) }
                throw ConnectionFault.lost(errno: nil)
            } catch  where isTransient(error) {
                EventStream.tell(sentence(error) ?? interruption.began(error))
                try await Task.sleep(for: backoff.failed(random: .random(in: 0...1)))
            }
        }
    }

    /// Of messages that came faster than they were read; how many is not known.
    private func sentence(_ error: any Error) -> String? {
        guard case ConnectionFault.overrun? = error as? ConnectionFault else { return nil }
        return "messages left out: more came than were read"
    }

    private func show(_ message: BusMessage) async throws {
        try await common.format.send(message, lines: [MessageLine.text(message, style: Terminal.style)])
    }
}
