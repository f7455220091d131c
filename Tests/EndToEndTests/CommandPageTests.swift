import ConductorJSON
import ConductorTestSupport
import Testing

@Suite("The pages of the programs")
struct CommandPageTests {
    /// What every command takes.
    private static let common: Set = ["daemon-uid", "help", "json", "socket", "version"]

    @Test("conductorctl(1) describes every command with its options, and no other")
    func conductorctl() async throws {
        let page = try ManualPage("conductorctl.1")
        let program = try await command(of: Binaries.conductorctl)
        let commands = leaves(of: program).filter { $0.name != "help" }
        let described = page.sections.filter { section in section.lines.contains { $0.hasPrefix(".Cm ") } }
        #expect(described.map(\.title).sorted() == commands.map(\.name).sorted())
        for (name, command) in commands {
            let section = try #require(described.first { $0.title == name }, "\(name)")
            let options = options(of: command).subtracting(Self.common)
            #expect(section.items("Fl -").sorted() == options.sorted(), "\(name)")
        }
        let description = try #require(page.sections.first { $0.title == "DESCRIPTION" })
        #expect(Set(description.items("Fl -")) == Self.common)
    }

    @Test(
        "conductord(8) and conductor-web(8) describe every option, and no other",
        arguments: [("conductord.8", Binaries.conductord), ("conductor-web.8", Binaries.conductorWeb)])
    func daemons(name: String, program: String) async throws {
        let page = try ManualPage(name)
        let description = try #require(page.sections.first { $0.title == "DESCRIPTION" })
        let options = options(of: try await command(of: program))
        #expect(description.items("Fl -").sorted() == options.sorted())
    }

    /// What a program says of itself.
    private func command(of program: String) async throws -> JSONValue {
        let (_, output, _) = try await ChildProcess(program, ["--experimental-dump-help"]).finish()
        return try #require(try JSONText(parsing: output).parsed()["command"])
    }

    /// The commands that have no subcommands, by the words that call them.
    private func leaves(of command: JSONValue, below words: [String] = []) -> [(name: String, command: JSONValue)] {
        let subcommands = command["subcommands"].map { Array($0.elements) } ?? []
        guard !subcommands.isEmpty else { return [(words.joined(separator: " "), command)] }
        return subcommands.flatMap { leaves(of: $0, below: words + [$0["commandName"]?.string ?? ""]) }
    }

    /// Those that people may use; what is hidden, a program says to itself.
    private func options(of command: JSONValue) -> Set<String> {
        let arguments = (command["arguments"].map { Array($0.elements) } ?? [])
            .filter { $0["shouldDisplay"]?.bool != false }
        let names = arguments.flatMap { $0["names"].map { Array($0.elements) } ?? [] }
        return Set(names.filter { $0["kind"]?.string == "long" }.compactMap { $0["name"]?.string })
    }
}
