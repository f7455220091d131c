import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch a workflow or a task to its end, or all events.",
        discussion: "For a workflow or a task the exit status tells how it ended, as that of run and dispatch does.")

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK; all events without it.")
    var id: WorkArgument?

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard let id else { return try await EventStream(common).follow(EventFilter()) }
        let client = try await common.connect()
        switch try await client.find(id) {
        case .workflow(let view): try await watch(view.workflowID)
        case .task(let key, _): try await watch(key)
        case .agent(let state): try await EventStream(common).follow(EventFilter(agentID: state.agentID))
        }
    }

    private func watch(_ id: WorkflowID) async throws {
        let presenter = RunPresenter(.suited(json: common.format.json, logs: logs), output: .standard)
        let socket = common.daemon
        let controls = RunControls {
            try await presenter.remark("cancelling workflow \(id); press q to stop waiting")
            _ = try await socket.connect().cancel(id, reason: "cancelled by who watches it")
        }
        let follower = WorkFollower(socket: socket, presenter: presenter, controls: controls)
        let word = "workflow \(id) continues; watch it with: conductorctl watch \(id)"
        let hasEnded = try await presenter.whileShown(word) {
            try await follower.follow(.workflow(id), from: .beginning)
        }
        guard hasEnded else { return }
        let answer = try await insisting(socket: socket) { try await $0.call(WorkflowGetMethod.self, id) }
        try await RunEnding(answer, common.format, socket: socket).show(common.format)
    }

    private func watch(_ key: TaskKey) async throws {
        if let live = LiveTask(key, common, logs: logs) {
            guard try await live.watch() else { return }
        } else {
            let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
            try await EventStream(common).follow(filter, until: .task(key))
        }
        let answer = try await insisting(socket: common.daemon) { try await $0.task(key) }
        try await TaskEnding(answer).show(common)
    }
}
