import ConductorClient
import ConductorModel
import ConductorProtocol

/// Follows the events of a workflow or a task to its end, over lost connections too, and shows them.
package struct WorkFollower: Sendable {
    package typealias Subject = LogReader.Subject

    package enum Origin: Sendable {
        /// All that has happened comes first.
        case beginning
        /// For work that is not there yet.
        case now
    }

    private let socket: DaemonSocket
    private let presenter: RunPresenter
    private let controls: RunControls

    package init(socket: DaemonSocket, presenter: RunPresenter, controls: RunControls) {
        self.socket = socket
        self.presenter = presenter
        self.controls = controls
    }

    /// Returns when the work has ended; throws `Detached` where the user leaves it. `start` is called once, when its
    /// events can no longer be missed, with the state until then; it says whether the work has ended already.
    package func follow(
        _ subject: Subject, from origin: Origin,
        start: @escaping @Sendable (EventSnapshot) async throws -> Bool = { $0.showsEndedWork }
    ) async throws {
        let terminal = presenter.form.isLive ? TerminalHold(.normal) : nil
        defer { terminal?.end() }
        do {
            try await followAndShow(subject, from: origin, terminal, start)
        } catch {
            await presenter.clear()
            throw error
        }
        try await presenter.finish()
    }

    private func followAndShow(
        _ subject: Subject, from origin: Origin, _ terminal: TerminalHold?,
        _ start: @escaping @Sendable (EventSnapshot) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await takeEvents(of: subject, from: origin, start) }
            if let terminal {
                group.addTask { try await redrawWhileTimePasses() }
                group.addTask { try await RunObserver(subject, socket: socket, presenter: presenter).observe() }
                if terminal.hasKeys { group.addTask { try await controls.take(terminal, presenter) } }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func takeEvents(
        of subject: Subject, from origin: Origin, _ start: @Sendable (EventSnapshot) async throws -> Bool
    ) async throws {
        let sequence: Int64? = origin == .beginning ? 0 : nil
        let filter =
            switch subject {
            case .workflow(let id): EventFilter(workflowID: id, afterSequence: sequence)
            case .task(let key):
                EventFilter(workflowID: key.workflowID, taskID: key.taskID, afterSequence: sequence)
            }
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
                if let sequence = event.sequence, sequence > joined ?? 0, event.ends(subject) { return }
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
    /// Whether the task that was asked for has ended; of no task, the workflow.
    package var showsEndedWork: Bool {
        switch task {
        case .found(let task)?: return task.result != nil
        case .unknown?: return false
        case nil: break
        }
        return switch workflow {
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

    package var endsTask: Bool {
        switch EventKind(rawValue: kind) {
        case .taskCompleted, .taskFailed, .taskRejected, .taskCancelled, .taskSkipped: true
        default: false
        }
    }

    fileprivate func ends(_ subject: WorkFollower.Subject) -> Bool {
        switch subject {
        case .workflow: endsWorkflow
        case .task(let key): endsTask && taskID == key.taskID && workflowID == key.workflowID
        }
    }
}
