import ArgumentParser
import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the lines that agents log.",
        usage: "conductorctl logs <id> [<options>]",
        discussion: """
            The lines of every attempt, the earlier ones and those to come, to the end of the task or workflow. \
            Of a line that was written over, as progress is, the last state is printed.
            """)

    @Argument(help: "A workflow, a task, or WORKFLOW/TASK.")
    var id: WorkArgument

    @Option(help: ArgumentHelp("Only this attempt.", valueName: "number"))
    var attempt: Int?

    @Option(help: ArgumentHelp("Of each attempt at most so many lines, the newest.", valueName: "count"))
    var tail: Int?

    @Option(help: ArgumentHelp("Only what is newer: 90s, 5m, 2h, 3d, or a timestamp.", valueName: "time"))
    var since: TimeArgument?

    @Flag(help: "Only attempts that failed.")
    var failed = false

    @Flag(help: "Go on after the end, for what retries and feedback bring.")
    var follow = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard attempt ?? 1 > 0 else { throw ValidationError("--attempt is 1 or more.") }
        guard tail ?? 0 >= 0 else { throw ValidationError("--tail is 0 or more.") }
        guard !failed || !follow else { throw ValidationError("--failed and --follow exclude each other.") }
    }

    func run() async throws {
        switch try await common.connect().find(id) {
        case .workflow(let view):
            let id = view.workflowID
            try await print(.workflow(id), EventFilter(workflowID: id), hasEnded: view.status.isTerminal)
        case .task(let key, let answer):
            let filter = EventFilter(workflowID: key.workflowID, taskID: key.taskID)
            try await print(.task(key), filter, hasEnded: answer.reply.result != nil)
        case .agent: throw Refusal(.invalidParams, "\(id.text) is an agent: `watch` shows what it does")
        }
    }

    private func print(_ subject: LogReader.Subject, _ filter: EventFilter, hasEnded: Bool) async throws {
        let isJSON = common.format.json
        var reader = LogReader(subject, selection) { line in
            try await Output.standard.sendLine(isJSON ? line.json : line.text(in: subject))
        }
        if hasEnded && !follow || failed {
            try await reader.catchUp(common.connect())
        } else {
            try await reader.follow(filter, socket: common.daemon, goesOn: follow)
        }
        if reader.count == 0 { EventStream.tell("no lines were logged") }
    }

    private var selection: LogReader.Selection {
        var selection = LogReader.Selection()
        selection.attempt = attempt
        selection.tail = tail
        selection.since = since?.timestamp
        selection.onlyFailed = failed
        return selection
    }
}

extension LogReader {
    /// Shows what there is and what comes, to the end; with `goesOn` for ever.
    fileprivate mutating func follow(_ filter: EventFilter, socket: DaemonSocket, goesOn: Bool) async throws {
        var interruption = Interruption()
        let end: EventStream.End =
            switch subject {
            case .task(let key): .task(key)
            case .workflow(let id): .workflow(id)
            }
        for try await element in socket.events(filter) {
            switch element {
            // Lines that come from here on are not missed.
            case .subscribed:
                EventStream.tell(interruption.ended())
                let isOver = try await end.isReached(socket: socket)
                try await catchUp(socket: socket)
                if isOver, !goesOn { return }
            case .event(let event):
                let isComplete = try await take(event)
                if !isComplete || event.leftOut > 0 { try await catchUp(socket: socket) }
                guard end.isReached(by: event), !goesOn else { continue }
                return try await catchUp(socket: socket)
            case .interrupted(let error, _): EventStream.tell(interruption.began(error))
            }
        }
    }

    private mutating func catchUp(socket: DaemonSocket) async throws {
        var caughtUp = self
        self = try await insisting(socket: socket) { client in
            try await caughtUp.catchUp(client)
            return caughtUp
        }
    }
}

extension LogReader.Line {
    /// As the event of a line that has just come.
    fileprivate var json: String {
        var event = LiveEvent(
            timestamp: line.timestamp, key: key, agentID: attempt.agentID, attempt: attempt.number,
            content: .log(stream: line.stream, line: line.text))
        event.lineNumber = line.number
        return TerminalText.line(json: event.jsonText.string)
    }

    fileprivate func text(in subject: LogReader.Subject) -> String {
        let text = TerminalText.sanitized(TerminalText.lastState(of: line.text))
        return switch subject {
        case .task: text
        case .workflow: "\(key.taskID) | \(text)"
        }
    }
}
