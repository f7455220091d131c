import ConductorClient
import ConductorModel
import ConductorProtocol

/// Follows one workflow's events to its end, over lost connections too, and shows them.
package struct WorkflowFollower: Sendable {
    package enum Origin: Sendable {
        /// All that has happened comes first.
        case beginning
        /// For a workflow that is not there yet.
        case now
    }

    private let socket: DaemonSocket
    private let presenter: RunPresenter

    package init(socket: DaemonSocket, presenter: RunPresenter) {
        self.socket = socket
        self.presenter = presenter
    }

    /// Returns when the workflow has ended. `start` is called once, when the workflow's events can no longer be missed,
    /// with the state until then; it says whether the workflow has ended already.
    package func follow(
        _ id: WorkflowID, from origin: Origin,
        start: @escaping @Sendable (EventSnapshot) async throws -> Bool = { $0.showsEndedWorkflow }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await takeEvents(of: id, from: origin, start) }
            group.addTask { try await redrawWhileTimePasses() }
            defer { group.cancelAll() }
            try await group.next()
        }
        try await presenter.finish()
    }

    private func takeEvents(
        of id: WorkflowID, from origin: Origin, _ start: @Sendable (EventSnapshot) async throws -> Bool
    ) async throws {
        let filter = EventFilter(workflowID: id, afterSequence: origin == .beginning ? 0 : nil)
        /// Nil until subscribed; what is not newer was so before.
        var joined: Int64?
        var interruption = Interruption()
        for try await element in socket.events(filter) {
            switch element {
            case .subscribed(let sequence, let snapshot):
                if let sentence = interruption.ended() { try await presenter.remark(sentence) }
                guard joined == nil else { continue }
                joined = sequence
                if try await start(snapshot) { return }
            case .event(let event):
                try await presenter.take(event)
                if let sequence = event.sequence, sequence > joined ?? 0, event.endsWorkflow { return }
            case .interrupted(let error, _):
                if let sentence = interruption.began(error) { try await presenter.remark(sentence) }
            }
        }
    }

    private func redrawWhileTimePasses() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(250))
            try await presenter.tick()
        }
    }
}

extension EventSnapshot {
    package var showsEndedWorkflow: Bool {
        switch workflow {
        case .found(let state)?: state.status.isTerminal
        case .unknown?, nil: false
        }
    }
}

extension ClientEvent {
    package var endsWorkflow: Bool {
        switch EventKind(rawValue: kind) {
        case .workflowCompleted, .workflowFailed, .workflowCancelled: true
        default: false
        }
    }
}
