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
    private let window: @Sendable () -> Terminal.Size
    /// The widths of the live view's lines that stand on the terminal.
    private var drawn: [Int] = []
    private var isWriting = false
    /// Who writes next, in the order of asking.
    private var writers: [CheckedContinuation<Void, Never>] = []

    package init(
        _ form: Form, output: Output, notices: Output = .error,
        now: @escaping @Sendable () -> Timestamp = { .now },
        window: @escaping @Sendable () -> Terminal.Size = { Terminal.size }
    ) {
        self.form = form
        self.output = output
        self.notices = notices
        self.now = now
        self.window = window
    }

    package func take(_ event: ClientEvent) async throws {
        if showsLogs, let sentence = Interruption.sentence(leftOut: event.leftOut) { try await remark(sentence) }
        let meaning = RunEvent(event)
        if let meaning { progress.fold(meaning, at: event.timestamp) }
        switch form {
        case .json: try await write(TerminalText.line(json: event.text.string) + "\n")
        case .plain(let plain):
            guard let meaning else { return }
            try await write(plain.lines(for: meaning, at: event.timestamp, of: progress).map { $0 + "\n" }.joined())
        case .live(let plain, let live):
            let lines = meaning.map { plain.lines(for: $0, at: event.timestamp, of: progress) }
            try await redraw(live, below: lines ?? [])
        }
    }

    private var showsLogs: Bool {
        switch form {
        case .json: true
        case .plain(let plain), .live(let plain, _): plain.showsLogs
        }
    }

    /// Time has passed.
    package func tick() async throws {
        guard case .live(_, let live) = form, !isWriting else { return }
        try await redraw(live, below: [])
    }

    /// A remark that is no event, such as that the connection was lost.
    package func remark(_ text: String) async throws {
        let text = TerminalText.sanitized(text)
        switch form {
        case .json: notices.attempt("conductorctl: \(text)\n")
        case .plain: try await write(text + "\n")
        case .live(_, let live): try await redraw(live, below: [text])
        }
    }

    /// The last word of a command that is told to end: waits for nobody who might read.
    package func leave(_ text: String) {
        if !isWriting { output.attempt(erasure(in: window())) }
        drawn = []
        notices.attempt("conductorctl: \(text)\n")
    }

    /// Takes the live view away: other lines follow.
    package func finish() async throws {
        guard case .live = form, !drawn.isEmpty else { return }
        await turn()
        defer { endTurn() }
        let text = erasure(in: window())
        drawn = []
        try await output.send(text)
    }

    private func redraw(_ live: LiveView, below lines: [String]) async throws {
        await turn()
        defer { endTurn() }
        let window = window()
        let view = live.lines(progress, now: now(), in: window)
        let above = erasure(in: window) + lines.map { $0 + "\n" }.joined()
        let rows = view.map { $0 + "\n" }.joined()
        drawn = view.map { TerminalText.width(TerminalText.sanitized($0)) }
        try await output.send(above + (view.isEmpty ? "" : Self.withoutWrapping(rows)))
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

    /// A terminal may take a character for wider than we do: even then a row stays one row.
    private static func withoutWrapping(_ rows: String) -> String { "\u{1B}[?7l\(rows)\u{1B}[?7h" }

    /// Clears each row of what is drawn, and goes to the first. In a window that has become narrower, a line has become
    /// several. Row by row: a screen that is cleared as a whole, tmux keeps a copy of.
    private func erasure(in window: Terminal.Size) -> String {
        let columns = max(window.columns, 1)
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        guard rows > 0 else { return "" }
        let up = "\u{1B}[\(rows)F"
        return up + String(repeating: "\u{1B}[2K\u{1B}[B", count: rows) + up
    }
}
