import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch a workflow or a task to its end, or all events.",
        discussion: "For a workflow or a task the exit status tells how it ended, as that of run and dispatch does.")

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK; all events without it.")
    var id: TaskArgument?

    @Flag(help: "Show the lines that agents log.")
    var logs = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        guard let id else { return try await EventStream(common).follow(EventFilter()) }
        let client = try await common.connect()
        switch try await client.find(id) {
        case .workflow(let view): try await watch(view.workflowID)
        case .task(let answer): try await watch(id.key, answer, client)
        case .agent: try await EventStream(common).follow(EventFilter(agentID: id.agent))
        }
    }

    private func watch(_ id: WorkflowID) async throws {
        let presenter = RunPresenter(.suited(json: common.format.json, logs: logs), output: .standard)
        try await WorkflowFollower(socket: common.socketPath, presenter: presenter).follow(id, from: .beginning)
        try RunEnding(try await common.connect().call(.workflowGet(id))).show(common.format)
    }

    private func watch(_ key: TaskKey, _ answer: JSONValue, _ client: ConductorClient) async throws {
        if answer["result"] == nil {
            try await EventStream(common).follow(EventFilter(workflowID: key.workflowID, taskID: key.taskID)) { event in
                EventStream.endsTask(event) && event.workflowID == key.workflowID
            }
        }
        let status = try await client.task(key)["task"]?["status"]?.string.flatMap(TaskStatus.init)
        let exit = ExitStatus(status ?? .failed)
        guard exit == .success else { throw exit }
    }
}
