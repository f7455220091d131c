import ConductorClient
import ConductorJSON
import ConductorModel

/// Shows a run while it goes on: folds its events, and writes what the chosen form makes of them. Nobody may be reading:
/// then it waits, and what calls it with it.
package actor RunPresenter {
    package enum Form: Sendable {
        /// Events as JSON lines.
        case json
        case plain(PlainRenderer)
        /// Lines of what has happened, and below them the run now.
        case live(PlainRenderer, LiveView)

        /// What the terminal, or its absence, suggests.
        package static func suited(json: Bool, logs: Bool) -> Form {
            if json { return .json }
            let plain = PlainRenderer(style: Terminal.style, showsLogs: logs)
            return Terminal.isLive ? .live(plain, LiveView(style: Terminal.style)) : .plain(plain)
        }
    }

    package private(set) var progress = RunProgress()
    private let form: Form
    private let output: Output
    /// For remarks, where the output is data.
    private let notices: Output
    private let now: @Sendable () -> Timestamp
    private let width: @Sendable () -> Int
    /// Lines of the live view that stand on the terminal.
    private var drawn = 0
    private var isWriting = false
    /// Who writes next, in the order of asking.
    private var writers: [CheckedContinuation<Void, Never>] = []

    package init(
        _ form: Form, output: Output, notices: Output = .error,
        now: @escaping @Sendable () -> Timestamp = { WallClock.now },
        width: @escaping @Sendable () -> Int = { Terminal.width }
    ) {
        self.form = form
        self.output = output
        self.notices = notices
        self.now = now
        self.width = width
    }

    package func take(_ event: ClientEvent) async throws {
        if let sentence = Interruption.sentence(leftOut: event.leftOut) { try await remark(sentence) }
        let meaning = RunEvent(event)
        if let meaning { progress.fold(meaning, at: event.timestamp) }
        switch form {
        case .json: try await write(event.text.string + "\n")
        case .plain(let plain):
            guard let meaning else { return }
            try await write(plain.lines(for: meaning, at: event.timestamp, of: progress).map { $0 + "\n" }.joined())
        case .live(let plain, let live):
            let lines = meaning.map { plain.lines(for: $0, at: event.timestamp, of: progress) }
            try await redraw(live, below: lines ?? [])
        }
    }

    /// Time has passed.
    package func tick() async throws {
        guard case .live(_, let live) = form, !isWriting else { return }
        try await redraw(live, below: [])
    }

    /// A remark that is no event, such as that the connection was lost.
    package func remark(_ text: String) async throws {
        switch form {
        case .json: notices.attempt("conductorctl: \(text)\n")
        case .plain: try await write(text + "\n")
        case .live(_, let live): try await redraw(live, below: [text])
        }
    }

    /// The last word of a command that is told to end: waits for nobody who might read.
    package func leave(_ text: String) {
        if !isWriting { output.attempt(erasure) }
        drawn = 0
        notices.attempt("conductorctl: \(text)\n")
    }

    /// Takes the live view away: other lines follow.
    package func finish() async throws {
        guard case .live = form, drawn > 0 else { return }
        try await write(erasure)
        drawn = 0
    }

    private func redraw(_ live: LiveView, below lines: [String]) async throws {
        await turn()
        defer { endTurn() }
        let view = live.lines(progress, now: now(), width: width())
        let text = erasure + (lines + view).map { $0 + "\n" }.joined()
        drawn = view.count
        try await output.send(text)
    }

    private func write(_ text: String) async throws {
        await turn()
        defer { endTurn() }
        try await output.send(text)
    }

    private func turn() async {
        guard isWriting else { return isWriting = true }
        await withCheckedContinuation { writers.append($0) }
    }

    private func endTurn() {
        if writers.isEmpty { isWriting = false } else { writers.removeFirst().resume() }
    }

    /// Up to the first line of what is drawn, and clear to the end of the screen.
    private var erasure: String { drawn > 0 ? "\u{1B}[\(drawn)F\u{1B}[J" : "" }
}
