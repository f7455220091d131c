import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct SendFeedback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback",
        abstract: "Send an ended workflow back to development, and wait for its new end.",
        usage: "conductorctl feedback <workflow> [<file>] [<options>]",
        discussion: "The exit status tells how the workflow ended, as that of run does.")

    @Argument(help: "The workflow.")
    var workflow: WorkflowID

    @Argument(help: "A YAML or JSON file with the feedback; the options stand above it.")
    var file: String?

    @Option(help: "How grave it is.")
    var severity: Severity?

    @Option(name: .customLong("finding"), help: ArgumentHelp("What was found; may be repeated.", valueName: "text"))
    var findings: [String] = []

    @Option(
        name: .customLong("recommendation"),
        help: ArgumentHelp("What to do about it; may be repeated.", valueName: "text"))
    var recommendations: [String] = []

    @Option(help: ArgumentHelp("Run development alone anew, or all that follows it too.", valueName: "phase"))
    var through = WorkflowFeedback.Through.development

    @Option(help: ArgumentHelp("The same key is the same act, done once.", valueName: "key"))
    var requestKey: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard file != nil || !findings.isEmpty || !recommendations.isEmpty else {
            throw ValidationError("Feedback is a file, or has a --finding or a --recommendation.")
        }
    }

    func run() async throws {
        var params = WorkflowFeedback(workflowID: workflow, feedback: try feedback())
        params.through = through
        // With a key it can be asked for again where the connection is lost before the end.
        var generator = SystemRandomNumberGenerator()
        params.requestKey = requestKey ?? TaskID.uuid(generator.next(), generator.next()).description
        _ = try await common.connect()
        let ended = params
        let answer = try await insisting(socket: common.socketPath) { client in
            _ = try await client.feedback(ended)
            return try await client.call(.workflowGet(ended.workflowID))
        }
        try RunEnding(answer).show(common.format)
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
