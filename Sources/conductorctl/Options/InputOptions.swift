import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// What a workflow is given.
struct InputOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "One input. A value that is JSON is taken as JSON, else as a string.", valueName: "name=value"))
    var settings: [WorkflowInputs.Setting] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A YAML or JSON file with inputs; --set overrides it.", valueName: "file"),
        completion: .file())
    var inputs: String?

    /// Throws where they are not what the workflow asks for.
    /// - Parameter former: What they override.
    func json(for definition: WorkflowDefinition, over former: JSONText = .emptyObject) throws -> JSONText {
        let document = try inputs.map { try SourceDocument(path: $0) }
        let json = try WorkflowInputs(over: former, file: document, settings: settings).json()
        try ExpectedInputs(definition).check(given: json.parsed().members.map(\.key), set: settings.map(\.name))
        return json
    }
}
