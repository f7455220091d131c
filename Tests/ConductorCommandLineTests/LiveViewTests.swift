import ConductorCommandLine
import ConductorJSON
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The live view of a run")
struct LiveViewTests {
    private static let windows = [(80, 24), (40, 6), (200, 50)]
    private let keys = LiveScreen.Keys(mayDetach: true, mayCancel: true)

    private func lines(
        _ progress: RunProgress, _ screen: LiveScreen = LiveScreen(), columns: Int = 80, rows: Int = 24,
        symbols: Symbols = .unicode
    ) -> [String] {
        let window = Terminal.Size(columns: columns, rows: rows)
        return LiveView(style: .none, symbols: symbols).lines(progress, now: LiveSample.now, on: screen, in: window)
    }

    @Test("fits the window with 60 tasks, and keeps failures in sight", arguments: windows)
    func fits(columns: Int, rows: Int) throws {
        let lines = lines(try LiveSample.progress(), LiveScreen(keys: keys), columns: columns, rows: rows)
        #expect(lines.count < rows)
        for line in lines { #expect(TerminalText.width(line) < columns) }
        #expect(lines.contains { $0.contains("✗ unit-25") })
        #expect(lines.contains { $0.contains("25/60") })
        try Snapshot.check(lines.map { $0 + "\n" }.joined(), "live/run-\(columns)x\(rows).txt")
    }

    @Test("says the same in words and letters where the terminal shows no pictures")
    func ascii() throws {
        let lines = lines(try LiveSample.progress(), LiveScreen(keys: keys), symbols: .ascii)
        #expect(lines[1].contains("25/60  3 failed  1 retrying  16 running  18 waiting: test"))
        try Snapshot.check(lines.map { $0 + "\n" }.joined(), "live/run-ascii.txt")
    }

    @Test("no window is too small or too large")
    func sizes() throws {
        let progress = try LiveSample.progress()
        for rows in 0...70 {
            for columns in [1, 8, 20, 39, 59, 61, 120] {
                let lines = lines(progress, LiveScreen(keys: keys), columns: columns, rows: rows)
                #expect(lines.count < max(rows, 2))
                for line in lines { #expect(TerminalText.width(line) < columns) }
            }
        }
    }

    @Test("shows a gate that waits for a person with the commands that decide")
    func held() throws {
        var progress = try LiveSample.progress()
        let id = try #require(WorkflowID("w"))
        progress.fold(.gate(.development, .held(id, reason: "50 % succeeded")), at: LiveSample.start)
        let lines = lines(progress, columns: 60, rows: 6)
        #expect(lines.contains(" ‖ held after development: 50 % succeeded"))
        #expect(lines.contains("   conductorctl approve w | conductorctl retry w"))
    }

    @Test("counts a new round from its beginning")
    func round() throws {
        var progress = try LiveSample.progress()
        progress.fold(.feedback(count: 1, severity: .error, source: "mon"), at: LiveSample.start)
        let lines = lines(progress)
        #expect(lines[0].contains("round 2 of 3"))
        #expect(lines[1].contains("  0/60  "))
        #expect(!lines.contains { $0.contains("✗") })
    }

    @Test("shows the ends of logs as long as that is wanted, and asks before it cancels")
    func panes() throws {
        let progress = try LiveSample.progress()
        var screen = LiveScreen(keys: keys)
        #expect(screen.press("l") == nil)
        screen.show([LiveScreen.LogTail(task: try LiveSample.id(25), lines: ["one", "\u{1B}[31mtwo\u{1B}[0m"])])
        let logs = lines(progress, screen)
        #expect(logs.contains("   │ one") && logs.contains("   │ two"))
        #expect(logs.last?.contains("3 failed") == true && logs.last?.hasSuffix("q c l") == true)
        #expect(screen.press("c") == nil)
        #expect(lines(progress, screen).last == "Cancel release? y: yes, any other key: no")
        #expect(screen.press("y") == .cancel)
        #expect(screen.showsLogs)
        #expect(screen.press("l") == nil && !screen.showsLogs)
    }

    @Test("hears only the keys that there are")
    func keyboard() {
        var none = LiveScreen()
        #expect(none.press("q") == nil && none.press("c") == nil && !none.asksToCancel)
        var standalone = LiveScreen(keys: LiveScreen.Keys(mayDetach: false, mayCancel: true))
        #expect(standalone.press("q") == nil && standalone.press("c") == nil && standalone.asksToCancel)
        #expect(standalone.press("n") == nil && !standalone.asksToCancel && standalone.press("y") == nil)
        var screen = LiveScreen(keys: keys)
        #expect(screen.press("q") == .detach)
    }

    @Test("is drawn in place on a terminal, and leaves nothing behind", arguments: windows)
    func terminal(columns: Int, rows: Int) async throws {
        let terminal = try PseudoTerminal(columns: columns, rows: rows)
        let window = Terminal.Size(columns: columns, rows: rows)
        let presenter = RunPresenter(
            .live(PlainRenderer(style: .none), .run(LiveView(style: .none, symbols: .unicode))),
            output: terminal.output,
            now: { LiveSample.now }, window: { window })
        let events = try RunLog.events("user-service")
        try await terminal.show {
            for event in events.dropLast() {
                try await presenter.take(event)
                try await presenter.tick()
            }
        }
        // Of all that has happened, the feedback alone is told beside the table.
        let scrolled = terminal.screen.scrolledAway.joined()
        #expect(scrolled.isEmpty || scrolled.hasSuffix("feedback loop 1: error from watcher"))
        try Snapshot.check(terminal.screen.text, "live/terminal-\(columns)x\(rows).txt")
        try await terminal.show { try await presenter.finish() }
        #expect(terminal.screen.text.split(separator: "\n").allSatisfy { $0.contains("feedback loop 1") })
    }
}

@Suite("Why tasks wait")
struct RunWaitTests {
    private func entry(_ id: String, _ reason: String, _ message: String) -> String {
        """
        {"task_id":"\(id)","workflow_id":"w","name":"n","assigned_to":"test","priority":"low","status":"pending",
        "attempts":0,"iteration":0,"created_at":"2026-01-01T00:00:00Z","waiting":{"reason":"\(reason)","message":"\(message)"}}
        """
    }

    @Test("is told by reason, what a person can do something about first, and how full the agents are")
    func groups() throws {
        let rows = [
            entry("a", "agent_full", "busy"), entry("b", "agent_full", "busy"), entry("c", "phase", "later"),
            entry("d", "no_agent", "nobody"), entry("e", "retry", "soon"), entry("f", "comet", "new"),
            entry("g", "agent_full", "busy"),
        ]
        let tasks = try [TaskListEntry](json: JSONText(parsing: "[\(rows.joined(separator: ","))]").parsed())
        let waits = tasks.compactMap { task in
            task.waiting.map { RunWait.Single($0, of: task.key.taskID, type: task.assignedTo?.known) }
        }
        var plan = RunPlan()
        plan.choosy = [try #require(TaskID("g"))]
        let load = AgentLoad(running: 16, capacity: 16)
        #expect(
            [RunWait](waits, plan: plan, loads: [.test: load]) == [
                RunWait("nobody", count: 1), RunWait("test is full (16/16)", count: 2), RunWait("busy", count: 1),
                RunWait("new", count: 1), RunWait("later", count: 1),
            ])
    }
}

@Suite("Text that is painted")
struct PaintedTextTests {
    @Test("is cut by its columns, and its colour ends with it")
    func cut() {
        let text = Style(hasColours: true).paint("日本語 abc", .bad)
        #expect(TerminalText.fitted(painted: text, 20) == text)
        #expect(TerminalText.fitted(painted: text, 5) == "\u{1B}[31m日本…\u{1B}[0m")
        #expect(TerminalText.fitted(painted: text, 0) == "")
    }
}
