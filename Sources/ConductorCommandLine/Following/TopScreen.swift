import ConductorClient
import ConductorModel
import ConductorProtocol

/// The daemon's status on a screen of its own, asked for anew every two seconds, until `q` is pressed.
package struct TopScreen: Sendable {
    private static let interval = Duration.seconds(2)
    private static let turn = Duration.milliseconds(50)

    private let socket: DaemonSocket
    private let view: TopView

    package init(socket: DaemonSocket) {
        self.socket = socket
        view = TopView(style: Terminal.style, symbols: Terminal.symbols)
    }

    /// Throws at once where no daemon answers; once one has, its absence is shown and it is waited for.
    package func show() async throws {
        let board = Board(overview: try await overview())
        let terminal = TerminalHold(.alternate)
        defer { terminal.end() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await draw(board, terminal) }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.interval)
                    do { await board.update(try await overview()) } catch {
                        try Task.checkCancellation()
                        await board.update(fault: "\(Failure(error).message); waiting for it to come back")
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func overview() async throws -> DaemonOverview {
        let client = try await socket.connect(replyTimeout: .seconds(10))
        defer { client.close() }
        var overview = DaemonOverview(try await client.call(StatusMethod.self), socket: socket.path)
        await overview.complete(client)
        return overview
    }

    /// Returns when `q` is pressed.
    private func draw(_ board: Board, _ terminal: TerminalHold) async throws {
        var shown: [String] = []
        while true {
            let (key, isAnew) = terminal.key()
            if key == "q" { return }
            let state = await board.state
            let lines = view.lines(state.overview, fault: state.fault, at: .now, in: Terminal.size)
            if lines != shown || isAnew {
                shown = lines
                try await Output.standard.send(TopView.frame(lines))
            }
            try await Task.sleep(for: Self.turn)
        }
    }

    /// What was heard last.
    private actor Board {
        private(set) var state: (overview: DaemonOverview, fault: String?)

        init(overview: DaemonOverview) {
            state = (overview, nil)
        }

        func update(_ overview: DaemonOverview) { state = (overview, nil) }

        func update(fault: String) {
            state.fault = String(fault.prefix { $0 != "\n" })
        }
    }
}
