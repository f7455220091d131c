import ConductorClient
import ConductorJSON
import ConductorModel
import ConductorProtocol

/// Shows a run while it goes on: folds its events, and writes what the chosen form makes of them. Nobody may be reading:
/// then it waits, and what calls it with it.
package actor RunPresenter {
    package enum Form: Sendable {
        /// Events as JSON lines.
        case json
        case plain(PlainRenderer)
        /// The run now, and above it lines of the little that it does not show.
        case live(PlainRenderer, View)

        /// What the terminal, or its absence, suggests.
        package static func suited(json: Bool, logs: Bool) -> Form {
            if json { return .json }
            let plain = PlainRenderer(style: Terminal.style, showsLogs: logs)
            guard Terminal.isLive else { return .plain(plain) }
            return .live(plain, .run(LiveView(style: Terminal.style, symbols: Terminal.symbols)))
        }

        package var isLive: Bool {
            switch self {
            case .live: true
            case .json, .plain: false
            }
        }
    }

    package enum View: Sendable {
        case run(LiveView)
        case task(TaskLiveView)

        fileprivate func lines(
            _ progress: RunProgress, now: Timestamp, on screen: LiveScreen, in window: Terminal.Size
        ) -> [String] {
            switch self {
            case .run(let view): view.lines(progress, now: now, on: screen, in: window)
            case .task(let view): view.lines(progress, now: now, on: screen, in: window)
            }
        }
    }

    package private(set) var progress = RunProgress()
    private var screen = LiveScreen()
    package nonisolated let form: Form
    private let output: Output
    /// For remarks, where the output is data.
    private let notices: Output
    private let now: @Sendable () -> Timestamp
    private let window: @Sendable () -> Terminal.Size
    /// The widths of the live view's lines that stand on the terminal.
    private var drawn: [Int] = []
    /// What was drawn last.
    private var shown: Frame?
    private var isWriting = false
    /// Who writes next, in the order of asking.
    private var writers: [CheckedContinuation<Void, Never>] = []

    private struct Frame: Hashable {
        let window: Terminal.Size
        let rows: [String]
    }

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
            // What the view shows waits for its next turn: events may come faster than anybody reads.
            guard let meaning, meaning.isBesideTheView else { return }
            try await redraw(live, below: plain.lines(for: meaning, at: event.timestamp, of: progress))
        }
    }

    // MARK: The live view

    package func learn(_ plan: RunPlan, name: String? = nil) { progress.learn(plan, name: name) }

    package func learn(_ waits: [RunWait]) { progress.learn(waits) }

    package func show(_ tails: [LiveScreen.LogTail]) async throws {
        screen.show(tails)
        try await tick()
    }

    /// There is a keyboard, with these keys.
    package func offer(_ keys: LiveScreen.Keys) { screen.keys = keys }

    package func press(_ key: Character) async throws -> LiveScreen.Act? {
        let act = screen.press(key)
        try await tick()
        return act
    }

    /// What is to be asked of the daemon for the view as it is.
    package var questions: RunObserver.Questions {
        let groups = TaskGroups(progress)
        var questions = RunObserver.Questions()
        questions.plan = progress.plan
        questions.waits = groups.waiting > 0 || groups.total == 0
        if screen.showsLogs {
            questions.logs = (groups.failed.prefix(Self.mostLogs) + groups.running).prefix(2 * Self.mostLogs).map(\.id)
        }
        return questions
    }

    /// The screen was another program's meanwhile.
    package func drawAnew() async throws {
        drawn = []
        try await tick()
    }

    /// Failed tasks whose logs are shown, and as many that run.
    private static let mostLogs = 5

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
        clear()
        notices.attempt("conductorctl: \(text)\n")
    }

    /// Takes the live view away where that can be done at once.
    package func clear() {
        if !isWriting { output.attempt(erasure(in: window())) }
        drawn = []
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

    private func redraw(_ live: View, below lines: [String]) async throws {
        await turn()
        defer { endTurn() }
        let window = window()
        let view = live.lines(progress, now: now(), on: screen, in: window)
        let frame = Frame(window: window, rows: view)
        guard frame != shown || !lines.isEmpty || drawn.isEmpty else { return }
        shown = frame
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

extension RunEvent {
    /// What a live view shows only as long as it is so.
    fileprivate var isBesideTheView: Bool {
        switch self {
        case .feedback, .gate(_, .blocked), .gate(_, .approved), .gate(_, .denied), .task(_, .log): true
        case .workflowStarted, .paused, .resumed, .ended, .phaseStarted, .phaseEnded, .phaseSkipped,
            .gate(_, .passed), .gate(_, .held), .policyViolated, .task:
            false
        }
    }
}

extension RunPresenter {
    /// Runs `body`, which shows what goes on without this command, and gives the terminal back where a signal or `q` ends
    /// it, with a last `word`.
    /// - Returns: false where the user left.
    package nonisolated func whileShown(
        _ word: String, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        // Elsewhere a signal ends the command as it ends any.
        guard form.isLive else {
            try await body()
            return true
        }
        do {
            try await whileAttached(cancel: { false }, body: body)
            return true
        } catch is Detached {
            await leave(word)
            return false
        } catch let error where error is Interrupted || error is Signalled {
            await leave(word)
            throw error
        }
    }
}
