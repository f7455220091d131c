import ArgumentParser
import Testing

@testable import conductorctl

@Suite struct HelpTests {
    static var commands: [(name: String, type: any ParsableCommand.Type)] {
        let top = Conductorctl.configuration.groupedSubcommands.flatMap(\.subcommands)
        let nested = top.flatMap { outer in
            outer.configuration.subcommands.map { ("\(outer._commandName)-\($0._commandName)", $0) }
        }
        return [("conductorctl", Conductorctl.self)] + top.map { ($0._commandName, $0) } + nested
    }

    @Test("every command's help is what its snapshot shows, within 80 columns", arguments: commands.indices)
    func help(index: Int) throws {
        let command = Self.commands[index]
        let help = Conductorctl.helpMessage(for: command.type, columns: 80)
        try Snapshot.check(help + "\n", "help/\(command.name).txt")
        for line in help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("every command can write JSON")
    func json() {
        for command in Self.commands where command.type.configuration.subcommands.isEmpty {
            guard command.name != "conductorctl" else { continue }
            #expect(Conductorctl.helpMessage(for: command.type).contains("--json"), "\(command.name)")
        }
    }
}
