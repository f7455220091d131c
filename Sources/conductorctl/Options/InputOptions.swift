import ArgumentParser
import ConductorCommandLine
import ConductorJSON

/// What a workflow is given.
struct InputOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "One input. A value that is JSON is taken as JSON, else as a string.", valueName: "name=value"))
    var settings: [WorkflowInputs.Setting] = []

    @Option(help: ArgumentHelp("A YAML or JSON file with inputs; --set stands above it.", valueName: "file"))
    var inputs: String?

    func json() throws -> JSONText {
        try WorkflowInputs(file: try inputs.map { try SourceDocument(path: $0) }, settings: settings).json()
    }
}
