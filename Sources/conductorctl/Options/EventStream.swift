import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Events as they come, line by line.
struct EventStream {
    /// When following is over.
    enum End {
        case never
        case task(TaskKey)
        case workflow(WorkflowID)
    }

    private let common: CommonOptions
    private let line: (ClientEvent) -> String?

    /// Without `line` each event is a line for people; an event for which it gives nil is not shown.
    init(_ common: CommonOptions, line: ((ClientEvent) -> String?)? = nil) {
        self.common = common
        self.line = line ?? { EventLine.text($0, style: Terminal.style) }
    }

    /// A lost connection is told on standard error and made anew.
    func follow(_ filter: EventFilter, until end: End = .never) async throws {
        var interruption = Interruption()
        for try await element in common.daemon.events(filter) {
            switch element {
            // From here on its end is not missed: was it before?
            case .subscribed:
                Self.tell(interruption.ended())
                if try await end.isReached(socket: common.daemon) { return }
            case .event(let event):
                Self.tell(Interruption.sentence(leftOut: event.leftOut))
                try await show(event)
                if end.isReached(by: event) { return }
            case .interrupted(let error, _): Self.tell(interruption.began(error))
            }
        }
    }

    /// Those that have happened already. Only without a filter is the last one known, so the daemon is asked for all.
    func replay(_ filter: EventFilter) async throws {
        let start = filter.afterSequence ?? 0
        let subscription = try await common.connect().subscribe(EventFilter(afterSequence: start))
        guard subscription.sequence > start else { return }
        for try await event in subscription.events {
            guard let sequence = event.sequence else { continue }
            if sequence <= subscription.sequence, filter.matches(event) { try await show(event) }
            if sequence >= subscription.sequence { return }
        }
        throw ConnectionFault.lost(errno: nil)
    }

    /// A hint beside the data. It is not waited for where nobody reads.
    static func tell(_ sentence: String?) {
        if let sentence { Output.error.attempt("conductorctl: \(TerminalText.sanitized(sentence))\n") }
    }

    private func show(_ event: ClientEvent) async throws {
        guard let line = line(event) else { return }
        try await Output.standard.sendLine(common.format.json ? TerminalText.line(json: event.text.string) : line)
    }
}

extension EventStream.End {
    /// Whether it was reached before.
    func isReached(socket: DaemonSocket) async throws -> Bool {
        switch self {
        case .never: false
        case .task(let key): try await insisting(socket: socket) { try await $0.task(key) }.result != nil
        case .workflow(let id): try await insisting(socket: socket) { try await $0.workflow(id) }.status.isTerminal
        }
    }

    func isReached(by event: ClientEvent) -> Bool {
        switch self {
        case .never: false
        case .workflow(let id): event.workflowID == id && event.endsWorkflow
        case .task(let key): event.taskID == key.taskID && event.workflowID == key.workflowID && event.endsTask
        }
    }
}

extension EventFilter {
    fileprivate func matches(_ event: ClientEvent) -> Bool {
        (workflowID == nil || workflowID == event.workflowID) && (taskID == nil || taskID == event.taskID)
            && (agentID == nil || agentID == event.agentID) && (kinds?.contains(event.kind) ?? true)
    }
}
