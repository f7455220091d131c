import ConductorClient
import ConductorCommandLine
import ConductorJSON
import ConductorModel

/// Events as they come, line by line.
struct EventStream {
    private let common: CommonOptions

    init(_ common: CommonOptions) {
        self.common = common
    }

    /// Until `isLast` says so. A lost connection is told on standard error and made anew.
    func follow(_ filter: EventFilter, until isLast: (ClientEvent) -> Bool = { _ in false }) async throws {
        for try await element in EventFeed(socket: common.socketPath, filter) {
            switch element {
            case .subscribed: continue
            case .event(let event):
                try show(event)
                if isLast(event) { return }
            case .interrupted(let error, let delay):
                try Output.error.line("conductorctl: \(Failure(error).message) Again in \(delay.shown).")
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
            if sequence <= subscription.sequence, filter.matches(event) { try show(event) }
            if sequence >= subscription.sequence { return }
        }
        throw ConnectionFault.lost(errno: nil)
    }

    static func endsTask(_ event: ClientEvent) -> Bool {
        switch EventKind(rawValue: event.kind) {
        case .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskSkipped: true
        default: false
        }
    }

    private func show(_ event: ClientEvent) throws {
        let line = common.format.json ? event.text.string : EventLine.text(event, style: Terminal.style)
        try Output.standard.line(line)
    }
}

extension EventFilter {
    fileprivate func matches(_ event: ClientEvent) -> Bool {
        (workflowID == nil || workflowID == event.workflowID) && (taskID == nil || taskID == event.taskID)
            && (agentID == nil || agentID == event.agentID) && (kinds?.contains(event.kind) ?? true)
    }
}
