import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a workflow file, without a daemon.",
        discussion: """
            Problems are told as FILE:LINE:COLUMN: FIELD: what is wrong. Tasks that no phase takes are told too; they \
            are allowed, and never run. The inputs that its expressions name are listed.
            """)

    @Argument(help: "The workflow, in YAML or JSON; - for standard input.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let definition: WorkflowDefinition
        do throws(SourceProblems) {
            definition = try WorkflowFile.load(SourceDocument(path: file))
        } catch {
            guard common.format.json else { throw error }
            try common.format.show(report(error.all), lines: [])
            throw ExitStatus.failure
        }
        let tasks = definition.tasks.count.counted("task")
        let inputs = ExpectedInputs(definition).names
        let asked = inputs.isEmpty ? [] : ["inputs: \(inputs.joined(separator: ", "))"]
        let unscheduled = definition.tasks.filter { !definition.takes($0) }
        try common.format.show(
            report([], unscheduled.compactMap(\.taskID?.description), inputs: inputs),
            lines: [TerminalText.sanitized("\(definition.name) is valid: \(tasks)")] + asked
                + unscheduled.map(\.neverRuns))
    }

    private func report(
        _ problems: [SourceProblem], _ unscheduled: [String] = [], inputs: [String] = []
    ) -> JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("valid", problems.isEmpty)
            writer.key("problems")
            writer.beginArray()
            for problem in problems {
                writer.object { writer in
                    writer.member("path", problem.field)
                    writer.member("message", problem.message)
                    writer.member("line", problem.position?.line)
                    writer.member("column", problem.position?.column)
                }
            }
            writer.endArray()
            writer.member("unscheduled", unscheduled)
            writer.member("inputs", inputs)
        }
        return writer.text
    }
}
