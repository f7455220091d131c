import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Dispatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give one task to an agent and wait for its result.",
        discussion: "The exit status is 0 only if the task is completed. Ctrl-C cancels the task.")

    @OptionGroup var task: TaskOptions

    @Flag(help: "Wait for an agent where none is free.")
    var queue = false

    @Option(help: ArgumentHelp("How long it may wait for an agent, from 0 to 604800.", valueName: "seconds"))
    var queueTimeout: Double = 3600

    @Flag(help: "Return once the task is accepted, and print its id.")
    var detach = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (0...604_800).contains(queueTimeout) else {
            throw ValidationError("--queue-timeout is from 0 to 604800.")
        }
    }

    func run() async throws {
        let task = try task.task()
        let client = try await common.connect()
        let whenBusy: WorkflowDefinition.WhenBusy = queue ? .queue : .fail
        let patience = Duration(inSeconds: queueTimeout)
        if detach {
            let id = try await client.dispatchDetached(task, whenBusy: whenBusy, queueTimeout: patience)
            return try common.format.show(["task_id": id.description], lines: [id.description])
        }
        let result = try await withInterrupts {
            guard let id = task.taskID else { return false }
            let client = try? await common.connect()
            return (try? await client?.cancel(TaskKey(taskID: id), reason: "interrupted by its user")) ?? false
        } body: {
            // The same task again is the same work: a daemon that restarts meanwhile costs nothing.
            try await insisting(socket: common.socketPath) {
                try await $0.dispatch(task, whenBusy: whenBusy, queueTimeout: patience)
            }
        }
        try common.format.show(result, lines: lines(of: result))
        let status = ExitStatus(result.status)
        guard status == .success else { throw status }
    }

    private func lines(of result: TaskResult) -> [String] {
        let style = Terminal.style
        let agent = result.agentID == .coordinator ? "" : " by \(result.agentID)"
        let error = [result.errorCode, result.errorMessage].compactMap { $0 }.joined(separator: ": ")
        let head =
            "\(result.taskID) \(style.paint(result.status.rawValue, result.status.tone))\(agent)"
            + " in \(result.duration.shown)" + (error.isEmpty ? "" : ": \(TerminalText.sanitized(error))")
        return [head, result.outputData.string]
    }
}
