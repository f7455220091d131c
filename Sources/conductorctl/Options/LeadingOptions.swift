import ArgumentParser

/// Options that every command takes, written before its name: `conductorctl --json tasks`.
enum LeadingOptions {
    /// The same arguments with these options after the words that name the command, where the command finds them.
    static func moved(_ arguments: [String], root: any ParsableCommand.Type = Conductorctl.self) -> [String] {
        var words: [String] = [], options: [String] = []
        var rest = arguments[...]
        var command = root
        while let argument = rest.first {
            let count = length(of: argument)
            if count > 0, rest.count > count {
                options += rest.prefix(count)
                rest = rest.dropFirst(count)
            } else if let next = command.configuration.allSubcommands.first(where: { $0._commandName == argument }) {
                words.append(argument)
                rest = rest.dropFirst()
                command = next
            } else {
                break
            }
        }
        // Without a command nothing is moved: an error then names the arguments in their own order.
        return words.isEmpty ? arguments : words + options + rest
    }

    /// Arguments that such an option takes up; none where it is no such option.
    private static func length(of argument: String) -> Int {
        switch argument {
        case "--json": 1
        case "--socket", "--daemon-uid": 2
        default: argument.hasPrefix("--socket=") || argument.hasPrefix("--daemon-uid=") ? 1 : 0
        }
    }
}

extension CommandConfiguration {
    fileprivate var allSubcommands: [any ParsableCommand.Type] {
        subcommands + groupedSubcommands.flatMap(\.subcommands)
    }
}
