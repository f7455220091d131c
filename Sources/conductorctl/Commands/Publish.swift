import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel

struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a message on a channel of the bus.",
        usage: "conductorctl publish <channel> --type <type> [--payload <json>]",
        discussion: "Messages are not stored; only current subscribers receive them.")

    @OptionGroup var message: MessageOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let message = try message.message()
        let count = try await common.connect().publish(message, on: self.message.channel)
        try common.format.show(["delivered": count], lines: ["delivered to \(count.counted("listener"))"])
    }
}
