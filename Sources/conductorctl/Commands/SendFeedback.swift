import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct SendFeedback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback",
        abstract: "Send an ended workflow back to development and watch it to its new end.",
        usage: "conductorctl feedback <workflow> [<file>] [<options>]",
        discussion: "Signals and the exit status are those of run.")

    @Argument(help: "The workflow.")
    var workflow: WorkflowArgument

    @Argument(help: "A YAML or JSON file with the feedback; the options override it.", completion: .file())
    var file: String?

    @Option(help: "How severe it is.")
    var severity: Severity?

    @Option(
        name: .customLong("finding"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("What was found; may be repeated.", valueName: "text"))
    var findings: [String] = []

    @Option(
        name: .customLong("recommendation"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("What to do about it; may be repeated.", valueName: "text"))
    var recommendations: [String] = []

    @Option(help: ArgumentHelp("Run development again, or all that follows it too.", valueName: "phase"))
    var through = WorkflowFeedback.Through.development

    @Flag(help: "Return once the workflow runs again, and print its id.")
    var detach = false

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @Option(parsing: .unconditional, help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard file != nil || !findings.isEmpty || !recommendations.isEmpty else {
            throw ValidationError("Feedback is a file, or has a --finding or a --recommendation.")
        }
    }

    func run() async throws {
        let feedback = try feedback()
        let id = try await common.connect().workflowID(workflow, to: .change)
        var params = WorkflowFeedback(workflowID: id, feedback: feedback)
        params.through = through
        params.requestKey = requestKey
        try await AttachedRun.start(WorkflowRun(sendingBack: params), common, logs: logs, detach: detach)
    }

    private func feedback() throws -> Feedback {
        var feedback =
            try file.map { try SourceDocument(path: $0).read(as: Feedback.self) }
            ?? Feedback(severity: .info)
        feedback.severity = severity ?? feedback.severity
        if !findings.isEmpty { feedback.findings = findings.jsonText }
        if !recommendations.isEmpty { feedback.recommendations = recommendations.jsonText }
        return feedback
    }
}
