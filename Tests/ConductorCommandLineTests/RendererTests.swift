import ConductorClient
import ConductorCommandLine
import ConductorModel
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
        let view = LiveView(style: .none)
        var text = ""
        for count in 0...events.count {
            let now = events.prefix(count).last.map { $0.timestamp + .milliseconds(500) } ?? Timestamp(microseconds: 0)
            let lines = view.lines(RunProgress(events.prefix(count)), now: now, width: width)
            #expect(lines.allSatisfy { TerminalText.width($0) < width })
            text += "-- \(count)\n" + lines.map { $0 + "\n" }.joined()
        }
        try Snapshot.check(text, "run/trouble-live-\(width).txt")
    }

    @Test("of many running tasks a few are listed")
    func many() throws {
        var progress = RunProgress()
        for number in 1...20 {
            progress.fold(
                .task(try #require(TaskID("t\(number)")), .started(agent: nil)), at: Timestamp(microseconds: 0))
        }
        let lines = LiveView(style: .none).lines(progress, now: Timestamp(microseconds: 0), width: 80)
        #expect(lines.count == LiveView.rows + 2)
        #expect(lines[LiveView.rows] == "  … and 12 more")
    }
}
