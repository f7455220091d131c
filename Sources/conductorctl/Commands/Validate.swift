import ArgumentParser
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a workflow, fleet or configuration file, without a daemon.",
        discussion: """
            All problems are reported, as FILE:LINE:COLUMN: FIELD: PROBLEM. A file with tasks: is a workflow, one with \
            agents: a fleet, and conductor.yaml the daemon's configuration; any other needs --as. Of a workflow, \
            tasks that will never run and the inputs that its expressions use are listed. A configuration is checked \
            by conductord, which has to be installed.
            """)

    @Argument(help: "The file, in YAML or JSON; - for standard input.", completion: .file())
    var file: String

    @Option(
        name: .customLong("as"), help: ArgumentHelp("What it is: workflow, fleet or configuration.", valueName: "kind"))
    var kind: SourceKind?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let verdict: Verdict
        do {
            verdict = try await check()
        } catch let error as SourceProblems where common.format.json {
            try common.format.show(Verdict(problems: error.all), lines: [])
            throw ExitStatus.failure
        }
        let name = file == "-" ? "standard input" : file
        let summary = ["\(name): valid"] + (verdict.summary.map { [$0] } ?? [])
        try common.format.show(
            verdict, lines: [TerminalText.sanitized(summary.joined(separator: ": "))] + verdict.notes)
    }

    private func check() async throws -> Verdict {
        // Standard input can be read once.
        var read: SourceDocument?
        func document() throws(SourceProblems) -> SourceDocument {
            if let read { return read }
            let document = try SourceDocument(path: file)
            read = document
            return document
        }
        guard let kind = try kind ?? SourceKind(path: file, document) else { throw UnknownSourceKind(path: file) }
        switch kind {
        case .workflow: return Verdict(try WorkflowFile.load(document()))
        case .fleet: return Verdict(try FleetFile.load(document(), path: file))
        case .configuration:
            if let problems = SourceProblems(try await ConfigurationCheck.problems(of: file)) { throw problems }
            return Verdict()
        }
    }
}

extension SourceKind: ExpressibleByArgument {}

/// What is found in a file.
private struct Verdict: JSONWritable {
    var problems: [SourceProblem] = []
    var unscheduled: [String] = []
    var inputs: [String] = []
    var outputs: [String] = []
    /// For people, as are the notes.
    var summary: String?
    var notes: [String] = []

    init(problems: [SourceProblem] = []) {
        self.problems = problems
    }

    init(_ definition: WorkflowDefinition) {
        let stray = definition.tasks.filter { !definition.takes($0) }
        inputs = ExpectedInputs(definition).names
        unscheduled = stray.compactMap(\.taskID?.description)
        summary = definition.tasks.count.counted("task")
        outputs = definition.outputs.map(\.name)
        notes =
            [("inputs", inputs), ("outputs", outputs)].filter { !$1.isEmpty }
            .map { "\($0): \($1.joined(separator: ", "))" } + stray.map(\.neverRuns)
    }

    init(_ fleet: FleetFile) {
        summary = fleet.members.count.counted("agent")
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("valid", problems.isEmpty)
            writer.member("problems", problems)
            writer.member("unscheduled", unscheduled)
            writer.member("inputs", inputs)
            writer.member("outputs", outputs)
        }
    }
}
