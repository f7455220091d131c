/// Rows under headings, within the width of a page. The first column is never cut: it names what the row is about, to be
/// copied from there.
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

    package func lines(width: Int, style: Style) -> [String] {
        let widths = columnWidths(within: width)
        let heading = headings.map { Cell($0, .strong) }
        return ([heading] + rows).map { row in line(row, widths, style) }
    }

    private func line(_ row: [Cell], _ widths: [Int], _ style: Style) -> String {
        var line = ""
        var padding = 0
        for (cell, width) in zip(row, widths) {
            let text = TerminalText.fitted(cell.text, width)
            if !text.isEmpty {
                line += String(repeating: " ", count: padding) + style.paint(text, cell.tone)
                padding = 0
            }
            padding += width - TerminalText.width(text) + Self.gap
        }
        return line
    }

    /// As wide as the texts; where the page is too narrow, the widest columns behind the first give way.
    private func columnWidths(within width: Int) -> [Int] {
        var widths = headings.indices.map { column in
            rows.reduce(TerminalText.width(headings[column])) { max($0, TerminalText.width($1[column].text)) }
        }
        let available = width - Self.gap * max(0, headings.count - 1)
        while widths.reduce(0, +) > available {
            let widest = widths.indices.dropFirst().max { widths[$0] < widths[$1] }
            guard let widest, widths[widest] > 4 else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
