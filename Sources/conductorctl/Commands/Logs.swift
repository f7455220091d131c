import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the lines that agents log.",
        discussion: """
            Earlier lines come from the journal, as `journalctl CONDUCTOR_TASK_ID=ID` shows them; further ones \
            as they come, to the end of the task or workflow. Of a line that was written over, as progress is, \
            the last state is printed. Where there is no journal, there are only lines to come.
            """)

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: TaskArgument

    @Flag(help: "Go on after the end, for what retries and feedback bring.")
    var follow = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        switch try await common.connect().find(id) {
        case .workflow(let view):
            let id = view.workflowID
            let earlier = try await printEarlier(workflow: id) { "\($0) | " }
            try check(view.status.isTerminal, earlier, "workflow \(id)")
            try await go(on: earlier, EventFilter(workflowID: id), until: .workflow(id)) { "\($0) | " }
        case .task(let answer):
            let key = id.key
            let earlier = try await printEarlier(workflow: key.workflowID, task: key.taskID) { _ in "" }
            try check(answer["result"] != nil, earlier, "task \(key)")
            let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
            try await go(on: earlier, filter, until: .task(key)) { _ in "" }
        case .agent: throw Refusal(.invalidParams, "\(id.key) is an agent: `watch` shows what it does")
        }
    }

    private func printEarlier(
        workflow: WorkflowID?, task: TaskID? = nil, prefix: @escaping @Sendable (TaskID) -> String
    ) async throws -> JournalLines.Summary {
        let isJSON = common.format.json
        return try await JournalLines.read(workflow: workflow, task: task) { line in
            let shown =
                isJSON ? TerminalText.line(json: line.entry.string) : prefix(line.taskID) + Self.shown(line.text)
            try await Output.standard.sendLine(shown)
        }
    }

    /// Prints what comes after what there was.
    private func go(
        on earlier: JournalLines.Summary, _ filter: EventFilter, until end: EventStream.End,
        prefix: @escaping @Sendable (TaskID) -> String
    ) async throws {
        let last = earlier.timestamp
        let live = EventStream(common) { event in
            guard event.kind == "task.log", event.workflowID == filter.workflowID, let task = event.taskID,
                last.map({ event.timestamp > $0 }) ?? true
            else { return nil }
            return prefix(task) + Self.shown(event.data["line"]?.string ?? "")
        }
        try await live.follow(filter, until: follow ? .never : end)
    }

    private static func shown(_ line: String) -> String { TerminalText.sanitized(TerminalText.lastState(of: line)) }

    private func check(_ hasEnded: Bool, _ earlier: JournalLines.Summary, _ name: String) throws {
        guard hasEnded, !follow, earlier.count == 0 else { return }
        throw Refusal(.notFound, "\(name) has ended, and the journal has no lines of it that you may read")
    }
}
