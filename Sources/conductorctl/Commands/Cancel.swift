import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel a workflow or a task.")

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: WorkArgument

    @Option(parsing: .unconditional, help: "Why; kept in its history.")
    var reason: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let client = try await common.connect()
        switch try await client.find(id, to: .change) {
        case .workflow(let view):
            let state = try await client.cancel(view.workflowID, reason: reason)
            try report(state.status == .cancelled, "workflow \(state.workflowID)", ended: state.status)
        case .task(let key, let answer):
            let done = try await client.cancel(key, reason: reason)
            try report(done, "task \(key)", ended: answer.reply.status)
        case .agent: throw Refusal(.invalidParams, "\(id.text) is an agent: unregister removes it")
        }
    }

    private func report(_ done: Bool, _ name: String, ended status: TaskStatus) throws {
        try common.format.show(["cancelled": done], lines: done ? ["\(name) is cancelled"] : [])
        guard !done else { return }
        try Output.error.line("conductorctl: \(name) had ended already (\(status.rawValue))")
        throw ExitStatus.failure
    }
}
