import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorPictures
import ConductorProtocol
import Glibc

struct Graph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draw the tasks of a workflow file or of a run, and what depends on what.",
        usage: "conductorctl graph <source> [<options>]",
        discussion: "A file needs no daemon. Of a run, each task is shown with its state.")

    @Argument(
        help: "A workflow file, - for standard input, or a workflow; a file that is there comes first.",
        completion: .file())
    var source: String

    @Option(help: "svg, a picture; mermaid or dot, text that Mermaid or Graphviz draws.")
    var format = GraphFormat.svg

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let text = format.text(of: try await graph())
        try common.format.write(text, format: format.rawValue)
    }

    private func graph() async throws -> WorkflowGraph {
        guard !isFile, let workflow = WorkflowArgument(argument: source) else {
            return WorkflowGraph(try WorkflowFile.load(SourceDocument(path: source)))
        }
        let client = try await common.connect()
        let id = try await client.workflowID(workflow, to: .look)
        return WorkflowGraph(try await client.reportedRun(id, inDetail: false))
    }

    /// One that is not there is missed by its name.
    private var isFile: Bool {
        source == "-" || access(source, F_OK) == 0 || [".yaml", ".yml", ".json"].contains(where: source.hasSuffix)
    }
}

extension GraphFormat: ExpressibleByArgument {}
