import ConductorClient
import ConductorJSON
import ConductorModel

/// Shows a run while it goes on: folds its events, and writes what the chosen form makes of them.
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
    private let now: @Sendable () -> Timestamp
    private let window: @Sendable () -> Terminal.Size
    /// The widths of the live view's lines that stand on the terminal.
    private var drawn: [Int] = []

    package init(
        _ form: Form, output: Output, now: @escaping @Sendable () -> Timestamp = { WallClock.now },
        window: @escaping @Sendable () -> Terminal.Size = { Terminal.size }
    ) {
        self.form = form
        self.output = output
        self.now = now
        self.window = window
    }

    package func take(_ event: ClientEvent) throws {
        let meaning = RunEvent(event)
        if let meaning { progress.fold(meaning, at: event.timestamp) }
        switch form {
        case .json: try output.line(event.text.string)
        case .plain(let plain):
            guard let meaning, let line = plain.line(for: meaning, at: event.timestamp, of: progress) else { return }
            try output.line(line)
        case .live(let plain, let live):
            let line = meaning.flatMap { plain.line(for: $0, at: event.timestamp, of: progress) }
            try redraw(live, below: line.map { [$0] } ?? [])
        }
    }

    /// Time has passed.
    package func tick() throws {
        guard case .live(_, let live) = form else { return }
        try redraw(live, below: [])
    }

    /// A remark that is no event, such as that the connection was lost.
    package func remark(_ text: String) throws {
        switch form {
        case .json: return
        case .plain: try output.line(text)
        case .live(_, let live): try redraw(live, below: [text])
        }
    }

    /// Takes the live view away: other lines follow.
    package func finish() throws {
        guard case .live = form, !drawn.isEmpty else { return }
        try output.write(erasure(in: window()))
        drawn = []
    }

    private func redraw(_ live: LiveView, below lines: [String]) throws {
        let window = window()
        let view = live.lines(progress, now: now(), in: window)
        let text = lines.map { $0 + "\n" }.joined(), rows = view.map { $0 + "\n" }.joined()
        try output.write(erasure(in: window) + text + (view.isEmpty ? "" : Self.withoutWrapping(rows)))
        drawn = view.map { TerminalText.width(TerminalText.sanitized($0)) }
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
