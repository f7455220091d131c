import ArgumentParser
import ConductorCommandLine
import ConductorJSON

struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a kind of file, for editors.",
        discussion: """
            Editors complete and check files by it. For the YAML language server, a file's first line names it: \
            # yaml-language-server: $schema=workflow.schema.json. What a schema cannot say, such as which task needs \
            which, validate checks. That of a configuration is told by conductord, which has to be installed.
            """)

    @Argument(help: "workflow, fleet or configuration.")
    var kind = SourceKind.workflow

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let schema: JSONText
        switch kind {
        case .workflow: schema = JSONSchema.workflow.jsonText
        case .fleet: schema = JSONSchema.fleet.jsonText
        case .configuration: schema = try await ConfigurationCheck.schema()
        }
        try await Output.standard.sendLine(TerminalText.line(json: schema.string))
    }
}
