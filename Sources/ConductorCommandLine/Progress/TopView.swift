import ConductorModel

/// The daemon's status on a whole screen, with what runs and who works as far as there is room.
package struct TopView: Sendable {
    private let style: Style
    private let symbols: Symbols

    package init(style: Style, symbols: Symbols) {
        self.style = style
        self.symbols = symbols
    }

    /// Exactly as many lines as the window has rows, each narrower than it.
    ///
    /// - Parameters:
    ///   - fault: Why what is shown may be out of date.
    package func lines(
        _ overview: DaemonOverview, fault: String?, at now: Timestamp, in window: Terminal.Size
    ) -> [String] {
        let width = max(window.columns - 1, 0), rows = max(window.rows, 1)
        let page = Layout(width: width, style: style, symbols: symbols)
        var lines = overview.lines(on: page, at: now).flatMap { $0.split(separator: "\n").map(String.init) }
        if let fault { lines.insert(style.paint("! " + TerminalText.sanitized(fault), .bad), at: 0) }
        let tables = [
            Table.workflows(overview.running, at: now),
            Table.agents(AgentOrder.status.sorted(overview.agents), at: now),
        ].filter { !$0.isEmpty }.map { $0.lines(on: page) }
        var room = rows - 1 - lines.count
        for (index, table) in tables.enumerated() {
            let share = room / (tables.count - index) + max(0, room % (tables.count - index))
            let shown = Self.cut(table, to: share - 1)
            guard !shown.isEmpty else { continue }
            lines += [""] + shown
            room -= shown.count + 1
        }
        lines = Array(lines.prefix(rows - 1))
        lines += Array(repeating: "", count: rows - 1 - lines.count) + [style.paint("q quit", .faint)]
        return lines.map { TerminalText.fitted(painted: $0, width) }
    }

    /// A heading and as many rows as fit; how many more there are is the last of them.
    private static func cut(_ table: [String], to rows: Int) -> [String] {
        guard rows > 1 else { return [] }
        guard table.count > rows else { return table }
        return table.prefix(rows - 1) + ["… \(table.count - rows + 1) more"]
    }

    /// What writes these lines over those that are there.
    package static func frame(_ lines: [String]) -> String {
        "\u{1B}[H" + lines.map { "\u{1B}[2K" + $0 }.joined(separator: "\n") + "\u{1B}[J"
    }
}
