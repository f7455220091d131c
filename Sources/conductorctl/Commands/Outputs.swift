import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Outputs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Print the output of a task, or of all tasks of a workflow.",
        usage: "conductorctl outputs <id> [<path>] [<options>]",
        discussion: "As JSON; a string that a path leads to is printed bare, unless --json is given.")

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: WorkArgument

    @Argument(help: "What of it: names and indexes with dots between them; of a workflow a task's id comes first.")
    var path: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let value: JSONValue
        switch try await client.find(id) {
        case .workflow(let view): value = try await outputs(of: view, client)
        case .task(let key, let answer):
            guard let result = answer.reply.result else { throw Refusal(.conflict, "task \(key) has not ended") }
            value = try result.outputData.parsed()
        case .agent: throw Refusal(.invalidParams, "\(id.text) is an agent, which has no output")
        }
        let found = try select(value)
        let text = common.format.json ? nil : found.string
        let shown = text.map(TerminalText.sanitizedLines) ?? TerminalText.line(json: found.text.string)
        try await Output.standard.sendLine(shown)
    }

    /// By task. Where all are too long together, each is asked for.
    private func outputs(of workflow: WorkflowView, _ client: ConductorClient) async throws -> JSONValue {
        var writer = JSONWriter()
        var results = workflow.taskResults
        if workflow.omitsOutputs || workflow.omitsResults {
            results = []
            for task in try await client.allTasks(of: workflow.workflowID) {
                if let result = try await client.task(task.key).result { results.append(result) }
            }
        }
        writer.object { writer in
            for result in results where result.status == .completed {
                writer.member(result.taskID.description, result.outputData)
            }
        }
        return try writer.text.parsed()
    }

    private func select(_ value: JSONValue) throws -> JSONValue {
        var found = value
        for step in path?.split(separator: ".").map(String.init) ?? [] {
            let next = found.kind == .array ? Int(step).flatMap { found.element($0) } : found[step]
            guard let next else {
                throw Refusal(.notFound, "the output has no \"\(TerminalText.sanitized(step))\" in \(path ?? "")")
            }
            found = next
        }
        return found
    }
}

extension JSONValue {
    fileprivate func element(_ index: Int) -> JSONValue? {
        index < 0 ? nil : elements.dropFirst(index).first { _ in true }
    }
}
