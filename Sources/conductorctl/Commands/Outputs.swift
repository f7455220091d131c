import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Outputs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Print the outputs of a workflow, or the output of a task.",
        usage: "conductorctl outputs <id> [<path>] [<options>]",
        discussion: """
            As JSON; a string that a path leads to is printed bare, unless --json is given. Of a workflow without \
            outputs: in its file, the output of each task is printed, by the tasks' ids.
            """)

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: WorkArgument

    @Argument(
        help: "What of it: names and indexes with dots between them; of a workflow, the name of an output or a task.")
    var path: String?

    @Flag(help: "Of a workflow, what its tasks gave, by their ids.")
    var tasks = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        let value: JSONValue
        switch try await client.find(id) {
        case .workflow(let view):
            let workflow = try await client.call(WorkflowGetMethod.self, view.workflowID)
            value = try await asksForOutputs(of: workflow) ? outputs(of: workflow.state) : taskOutputs(of: view, client)
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

    private var steps: [String] { path?.split(separator: ".").map(String.init) ?? [] }

    /// Rather than for those of its tasks.
    private func asksForOutputs(of workflow: WorkflowDetails) -> Bool {
        let outputs = workflow.definition.outputs
        guard !tasks, let first = steps.first else { return !tasks && !outputs.isEmpty }
        return outputs.contains { $0.name == first }
    }

    private func outputs(of workflow: WorkflowView) throws -> JSONValue {
        guard workflow.status.isTerminal else {
            throw Refusal(
                .conflict, "workflow \(workflow.workflowID) has not ended; --tasks prints what its tasks gave so far")
        }
        for output in workflow.outputs.missing {
            let sentence = "output \(output.name) is missing: \(TerminalText.sanitized(output.reason))"
            if output.name == steps.first { throw Refusal(.notFound, sentence) }
            if steps.isEmpty { try Output.error.line("conductorctl: \(sentence)") }
        }
        return try workflow.outputs.values.parsed()
    }

    /// By task. Where all are too long together, each is asked for.
    private func taskOutputs(of workflow: WorkflowView, _ client: ConductorClient) async throws -> JSONValue {
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
        for step in steps {
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
