import ArgumentParser
import ConductorJSON

/// A word that stands where a command's name is expected, and is none.
struct UnknownCommand {
    let word: String
    private let names: [String]

    /// Nil where the arguments name a command.
    init?(in arguments: [String], root: any ParsableCommand.Type = Conductorctl.self) {
        var command = root
        for argument in arguments {
            let configuration = command.configuration
            let subcommands = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            guard !subcommands.isEmpty, !argument.hasPrefix("-") else { return nil }
            guard let next = subcommands.first(where: { $0._commandName == argument }) else {
                word = argument
                names = subcommands.map { $0._commandName }
                return
            }
            command = next
        }
        return nil
    }

    /// The same message, where it is of a mistake: with what the word could have been meant to be in place of what else
    /// is wrong, which follows from it.
    func explained(_ message: String) -> String {
        guard message.hasPrefix("Error: ") else { return message }
        let meant = word.mostSimilar(among: names).map { ". Did you mean '\($0)'?" } ?? ""
        return "Error: Unknown command '\(word)'" + meant + message.drop { $0 != "\n" }
    }
}
