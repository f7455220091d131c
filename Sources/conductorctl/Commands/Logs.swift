import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the lines that agents log.",
        discussion: """
            Earlier lines come from the journal, as `journalctl CONDUCTOR_TASK_ID=ID` shows them, at most \
            10000; further ones as they come, to the end of the task or workflow. A daemon that does not run \
            under systemd has no journal, and then there are only lines to come.
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
            let lines = await JournalLines.read(workflow: id)
            try check(view.status.isTerminal, lines, "workflow \(id)")
            try await go(on: lines, EventFilter(workflowID: id), until: .workflow(id)) { "\($0) | " }
        case .task(let answer):
            let key = id.key
            let lines = await JournalLines.read(workflow: key.workflowID, task: key.taskID)
            try check(answer["result"] != nil, lines, "task \(key)")
            let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
            try await go(on: lines, filter, until: .task(key)) { _ in "" }
        case .agent: throw Refusal(.invalidParams, "\(id.key) is an agent: `watch` shows what it does")
        }
    }

    /// Prints what there is, and then what comes.
    private func go(
        on lines: [JournalLines.Line], _ filter: EventFilter, until end: EventStream.End,
        prefix: @escaping @Sendable (TaskID) -> String
    ) async throws {
        for line in lines {
            let shown = prefix(line.taskID) + TerminalText.sanitized(line.text)
            try await Output.standard.sendLine(common.format.json ? line.entry.string : shown)
        }
        let last = lines.last?.timestamp
        let live = EventStream(common) { event in
            guard event.kind == "task.log", event.workflowID == filter.workflowID, let task = event.taskID,
                last.map({ event.timestamp > $0 }) ?? true
            else { return nil }
            return prefix(task) + TerminalText.sanitized(event.data["line"]?.string ?? "")
        }
        try await live.follow(filter, until: follow ? .never : end)
    }

    private func check(_ hasEnded: Bool, _ lines: [JournalLines.Line], _ name: String) throws {
        guard hasEnded, !follow, lines.isEmpty else { return }
        throw Refusal(.notFound, "\(name) has ended, and the journal has no lines of it that you may read")
    }
}
