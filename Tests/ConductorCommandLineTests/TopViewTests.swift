import ConductorCommandLine
import ConductorModel
import ConductorProtocol
import Testing

@Suite("The daemon's status on a whole screen")
struct TopViewTests {
    @Test("has as many rows as the window, each narrower than it", arguments: [(80, 24), (40, 6), (200, 50), (20, 2)])
    func sizes(columns: Int, rows: Int) async throws {
        let overview = DaemonOverview(DaemonOverviewTests.status { $0.deadLetters = 3 }, socket: "/run/s.sock")
        let window = Terminal.Size(columns: columns, rows: rows)
        let lines = TopView(style: Style(hasColours: true), symbols: .unicode).lines(
            overview, fault: "conductord went away", at: LiveSample.now, in: window)
        #expect(lines.count == rows)
        for line in lines { #expect(TerminalText.width(TerminalText.sanitized(line)) < columns) }
        #expect(TerminalText.sanitized(lines[0]).hasPrefix("! conductord"))
        let terminal = try PseudoTerminal(columns: columns, rows: rows)
        let output = terminal.output
        try await terminal.show {
            try await output.send(TopView.frame(lines))
            try await output.send(TopView.frame(lines))
        }
        #expect(terminal.screen.scrolledAway.isEmpty)
        #expect(terminal.screen.rows.count == rows && terminal.screen.text.hasSuffix("q quit\n"))
    }
}
