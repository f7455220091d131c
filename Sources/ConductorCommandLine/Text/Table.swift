/// Rows under headings, within the width of a page. The first column names what the row is about.
package struct Table: Sendable {
    package struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        let tone: Style.Tone

        package init(_ text: String, _ tone: Style.Tone = .plain) {
            self.text = TerminalText.sanitized(text)
            self.tone = tone
        }

        package init(stringLiteral text: String) {
            self.init(text)
        }
    }

    private static let gap = 2
    private static let narrowest = 4
    private static let narrowestName = 12
    /// A UUID's.
    private static let commonName = 36

    private let headings: [String]
    private var rows: [[Cell]] = []

    package init(_ headings: [String]) {
        self.headings = headings
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// One cell for each heading; missing ones stay empty.
    package mutating func add(_ cells: [Cell]) {
        rows.append(headings.indices.map { $0 < cells.count ? cells[$0] : "" })
    }

    package func lines(on page: Layout) -> [String] {
        let widths = columnWidths(on: page)
        let heading = headings.map { Cell($0, .strong) }
        return ([heading] + rows).map { row in line(row, widths, on: page) }
    }

    /// Where even the narrowest columns are too wide together, the last ones are cut or left out.
    private func line(_ row: [Cell], _ widths: [Int], on page: Layout) -> String {
        var line = ""
        var padding = 0
        var room = page.width ?? .max
        for (column, (cell, width)) in zip(row, widths).enumerated() {
            let columns = min(width, room)
            let text =
                column == 0 ? TerminalText.shortened(cell.text, columns) : TerminalText.fitted(cell.text, columns)
            if !text.isEmpty {
                line += String(repeating: " ", count: padding) + page.style.paint(text, cell.tone)
                padding = 0
            }
            padding += width - TerminalText.width(text) + Self.gap
            room = max(room - width - Self.gap, 0)
        }
        return line
    }

    /// As wide as the texts. Where the page is too narrow, first a name longer than most gives way, then the widest
    /// columns behind it, then the name again.
    private func columnWidths(on page: Layout) -> [Int] {
        let natural = headings.indices.map { column in
            rows.reduce(TerminalText.width(headings[column])) { max($0, TerminalText.width($1[column].text)) }
        }
        guard let name = natural.first, let page = page.width else { return natural }
        var widths = natural
        func excess() -> Int { widths.reduce(0, +) + Self.gap * (widths.count - 1) - page }
        widths[0] -= min(max(excess(), 0), max(name - Self.commonName, 0))
        while excess() > 0 {
            let widest = widths.indices.dropFirst().max { widths[$0] < widths[$1] }
            guard let widest, widths[widest] > Self.narrowest else { break }
            widths[widest] -= 1
        }
        widths[0] -= min(max(excess(), 0), max(widths[0] - Self.narrowestName, 0))
        return widths
    }
}
