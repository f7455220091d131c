import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// A message of the bus.
struct MessageOptions: ParsableArguments {
    @Argument(help: "The channel.")
    var channel: String

    @Option(help: ArgumentHelp("What kind of message it is.", valueName: "type"))
    var type: BusMessage.MessageType

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What it says: a JSON object, or @ and a YAML or JSON file.", valueName: "json"))
    var payload: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Who says it.", valueName: "id"))
    var sender = "conductorctl"

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Who it is for; every subscriber receives it.", valueName: "id"))
    var recipient: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("What ties a response to its request.", valueName: "id"))
    var correlationID: String?

    @Option(help: "How urgent it is.")
    var priority: Priority?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("It is dropped once it is older, from 0 to 31536000.", valueName: "seconds"))
    var ttl: Double?

    func validate() throws {
        guard (1...256).contains(channel.utf8.count) else {
            throw ValidationError("A channel's name has 1 to 256 bytes.")
        }
        guard (0...31_536_000).contains(ttl ?? 0) else { throw ValidationError("--ttl is from 0 to 31536000.") }
    }

    func message() throws -> BusMessage {
        var message = BusMessage(type, from: sender)
        message.recipientID = recipient
        message.correlationID = correlationID
        message.priority = priority ?? message.priority
        if let payload { message.payload = try WorkflowInputs.object(payload, option: "--payload") }
        if let ttl {
            // A message without a time never grows old.
            message.timestamp = .now
            message.timeToLive = Duration(inSeconds: ttl)
        }
        return message
    }
}
