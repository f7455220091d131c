import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the lines that agents log, as they come.",
        discussion: """
            It ends with the task or workflow. conductord passes log lines on and keeps none: for earlier ones look \
            where the agents run, `journalctl -u conductor-agent@ID` or what `up` prints. What happened to a task \
            and when is kept: `conductorctl events --after 0 --task ID`, or `journalctl CONDUCTOR_TASK_ID=ID`.
            """)

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: TaskArgument

    @Flag(help: "Go on behind the end, for what retries and feedback bring.")
    var follow = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        switch try await common.connect().find(id) {
        case .workflow(let view):
            let id = view.workflowID
            try check(view.status.isTerminal, "workflow \(id)")
            let lines = EventStream(common) { event in
                event.isLog ? "\(event.taskID?.description ?? "") | \(event.logLine)" : nil
            }
            try await lines.follow(EventFilter(workflowID: id), until: follow ? .never : .workflow(id))
        case .task(let answer):
            let key = id.key
            try check(answer["result"] != nil, "task \(key)")
            let lines = EventStream(common) { event in
                event.isLog && event.workflowID == key.workflowID ? event.logLine : nil
            }
            let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
            try await lines.follow(filter, until: follow ? .never : .task(key))
        case .agent: throw Refusal(.invalidParams, "\(id.key) is an agent: `watch` shows what it does")
        }
    }

    private func check(_ hasEnded: Bool, _ name: String) throws {
        guard hasEnded, !follow else { return }
        throw Refusal(
            .conflict, "\(name) has ended, and conductord keeps no log lines: `conductorctl help logs` tells who does")
    }
}

extension ClientEvent {
    fileprivate var isLog: Bool { kind == "task.log" }
    fileprivate var logLine: String { TerminalText.sanitized(data["line"]?.string ?? "") }
}
