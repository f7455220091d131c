import ConductorClient
import ConductorCommandLine
import ConductorModel
import ConductorProtocol
import Testing

@Suite struct RendererTests {
    private func plain(_ log: String, _ renderer: PlainRenderer) throws -> String {
        var progress = RunProgress()
        var lines: [String] = []
        for event in try RunLog.events(log) {
            guard let meaning = RunEvent(event) else { continue }
            progress.fold(meaning, at: event.timestamp)
            lines += renderer.lines(for: meaning, at: event.timestamp, of: progress)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("a run reads as lines, one for each thing that has happened", arguments: ["user-service", "trouble"])
    func lines(log: String) throws {
        try Snapshot.check(try plain(log, PlainRenderer(style: .none)), "run/\(log).txt")
    }

    @Test("log lines are shown where they are wanted, and cannot steer the terminal")
    func logs() throws {
        let text = try plain("trouble", PlainRenderer(style: Style(hasColours: true), showsLogs: true))
        try Snapshot.check(text.replacing("\u{1B}", with: "ESC"), "run/trouble-logs.txt")
    }

    @Test("the live view shows what runs, and is gone at the end", arguments: [80, 40])
    func live(width: Int) throws {
        let events = try RunLog.events("trouble")
        let view = LiveView(style: .none, symbols: .unicode)
        var text = ""
        for count in 0...events.count {
            let now = events.prefix(count).last.map { $0.timestamp + .milliseconds(500) } ?? Timestamp(microseconds: 0)
            let window = Terminal.Size(columns: width, rows: 24)
            let lines = view.lines(RunProgress(events.prefix(count)), now: now, in: window)
            #expect(lines.allSatisfy { TerminalText.width($0) < width })
            text += "-- \(count)\n" + lines.map { $0 + "\n" }.joined()
        }
        try Snapshot.check(text, "run/trouble-live-\(width).txt")
    }

    @Test("no row is as wide as the window, whatever an agent says of its work", arguments: [20, 33, 80])
    func wide(columns: Int) throws {
        let texts = ["✅🟢⚡", "日本語", "e\u{301}\u{302}", "👨‍👩‍👧❤️", "🇩🇪", "한\u{1161}", "\u{1B}[32m⚡\u{1B}[0m", "a\tb"]
        var progress = RunProgress()
        for (number, text) in texts.enumerated() {
            let id = try #require(TaskID("t\(number)")), time = Timestamp(microseconds: 0)
            progress.fold(.task(id, .started(agent: AgentID("an-agent"))), at: time)
            progress.fold(.task(id, .log(line: String(repeating: text, count: 60))), at: time)
        }
        let window = Terminal.Size(columns: columns, rows: 24)
        let lines = LiveView(style: .none, symbols: .unicode).lines(
            progress, now: Timestamp(microseconds: 0), in: window)
        #expect(lines.count == texts.count + 3)
        for line in lines { #expect(TerminalText.width(line) < columns) }
    }
}
