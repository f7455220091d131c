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
        try await WorkflowFollower(socket: common.daemon, presenter: presenter).follow(id, from: .beginning)
        let answer = try await insisting(socket: common.daemon) { try await $0.call(WorkflowGetMethod.self, id) }
        try await RunEnding(answer, common.format, socket: common.daemon).show(common.format)
    }

    private func watch(_ key: TaskKey) async throws {
        let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
        try await EventStream(common).follow(filter, until: .task(key))
        let answer = try await insisting(socket: common.daemon) { try await $0.task(key) }
        try await TaskEnding(answer).show(common.format)
    }
}
