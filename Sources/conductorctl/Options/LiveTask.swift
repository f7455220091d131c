import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorProtocol

/// A task whose life is shown on a terminal.
struct LiveTask: Sendable {
    private let key: TaskKey
    private let socket: DaemonSocket
    private let presenter: RunPresenter

    /// Nil where there is no terminal, or JSON is wanted.
    init?(_ key: TaskKey, _ common: CommonOptions, logs: Bool = false) {
        guard Terminal.isLive, !common.format.json else { return nil }
        self.key = key
        socket = common.daemon
        let view = TaskLiveView(key.taskID, style: Terminal.style, symbols: Terminal.symbols)
        presenter = RunPresenter(
            .live(PlainRenderer(style: Terminal.style, showsLogs: logs), .task(view)), output: .standard)
    }

    /// Shows it to its end; Ctrl-C and `q` leave it to run.
    /// - Returns: false where the user left.
    func watch() async throws -> Bool {
        try await presenter.whileShown(remark) { try await follow(from: .beginning) { $0.showsEndedWork } }
    }

    /// Shows what `dispatch` begins to its end; `q` leaves it to run.
    ///
    /// - Parameter dispatch: Says whether the task has ended already.
    /// - Returns: false where the user left.
    func show(_ dispatch: @escaping @Sendable () async throws -> Bool) async throws -> Bool {
        do {
            try await follow(from: .now) { _ in try await dispatch() }
            return true
        } catch is Detached {
            await presenter.leave(remark)
            return false
        }
    }

    func tell(_ sentence: String) async throws { try await presenter.remark(sentence) }

    /// Takes the view away before the command's last word.
    func leave() async { await presenter.leave(remark) }

    private var remark: String {
        "task \(key.shortened) continues; watch it with: conductorctl watch \(key.shortened)"
    }

    private func follow(
        from origin: WorkFollower.Origin, start: @escaping @Sendable (EventSnapshot) async throws -> Bool
    ) async throws {
        let controls = RunControls {
            try await presenter.remark("cancelling task \(key); press q to stop waiting")
            _ = try await socket.connect().cancel(key, reason: "cancelled by its user")
        }
        let follower = WorkFollower(socket: socket, presenter: presenter, controls: controls)
        try await follower.follow(.task(key), from: origin, start: start)
    }
}
