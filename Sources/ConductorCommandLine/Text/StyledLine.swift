/// A line of parts with tones of their own.
struct StyledLine: Sendable {
    private var parts: [(text: String, tone: Style.Tone)] = []

    init(_ text: String = "", _ tone: Style.Tone = .plain) {
        add(text, tone)
    }

    var width: Int { parts.reduce(0) { $0 + TerminalText.width($1.text) } }

    mutating func add(_ text: String, _ tone: Style.Tone = .plain) {
        if !text.isEmpty { parts.append((TerminalText.sanitized(text), tone)) }
    }

    /// Filled up with spaces, or cut, to a column of this width, and a gap after it.
    mutating func add(column text: String, _ columns: Int, _ tone: Style.Tone = .plain) {
        let text = TerminalText.sanitized(text)
        add(TerminalText.padded(TerminalText.fitted(text, columns), columns) + " ", tone)
    }

    mutating func add(_ other: StyledLine) { parts += other.parts }

    /// This line, and another at the right edge where there is room for both.
    func filled(_ columns: Int, right: StyledLine) -> StyledLine? {
        let gap = columns - width - right.width
        guard gap >= 2 else { return nil }
        var line = self
        line.add(String(repeating: " ", count: gap))
        line.add(right)
        return line
    }

    /// As much as fits into `columns`, with an ellipsis where something is missing.
    func painted(_ columns: Int, _ style: Style) -> String {
        var line = "", room = columns
        for (index, part) in parts.enumerated() {
            let columns = TerminalText.width(part.text)
            let isLast = parts[(index + 1)...].allSatisfy { $0.text.isEmpty }
            if columns < room || columns == room && isLast {
                line += style.paint(part.text, part.tone)
                room -= columns
            } else {
                return line + style.paint(TerminalText.fitted(part.text + (isLast ? "" : "  "), room), part.tone)
            }
        }
        return line
    }
}
