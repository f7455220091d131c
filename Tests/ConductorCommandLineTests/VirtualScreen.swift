/// What a terminal shows of what is written to it: as much of one as live views use, with the lines that scrolled away.
struct VirtualScreen {
    let columns: Int
    private(set) var rows: [[Character]]
    private(set) var scrolledAway: [String] = []
    private var cursor = (row: 0, column: 0)
    private var wraps = true
    private var sequence: String?

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = Array(repeating: [], count: rows)
    }

    /// The rows without those that are empty at the end.
    var text: String {
        let lines = rows.map(Self.line)
        let end = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
        return lines[..<end].map { $0 + "\n" }.joined()
    }

    private static func line(_ row: [Character]) -> String {
        let cells = row.filter { $0 != "\0" }
        let end = cells.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
        return String(cells[..<end])
    }

    mutating func show(_ text: String) {
        for character in text {
            for piece in character == "\r\n" ? ["\r", "\n"] : [character] { show(piece) }
        }
    }

    private mutating func show(_ character: Character) {
        if sequence != nil { return steer(character) }
        switch character {
        case "\u{1B}": sequence = ""
        case "\r": cursor.column = 0
        case "\n": newLine()
        default: put(character)
        }
    }

    private mutating func newLine() {
        cursor.row += 1
        guard cursor.row == rows.count else { return }
        scrolledAway.append(Self.line(rows.removeFirst()))
        rows.append([])
        cursor.row -= 1
    }

    /// A wide character takes a second cell, which is empty.
    private mutating func put(_ character: Character) {
        let isWide = character.unicodeScalars.contains {
            $0.properties.isEmojiPresentation || (0x3041...0x9FFF).contains($0.value)
        }
        let width = isWide ? 2 : 1
        if cursor.column + width > columns {
            guard wraps else { return }
            cursor.column = 0
            newLine()
        }
        while rows[cursor.row].count < cursor.column + width { rows[cursor.row].append(" ") }
        rows[cursor.row][cursor.column] = character
        if width == 2 { rows[cursor.row][cursor.column + 1] = "\0" }
        cursor.column += width
    }

    private mutating func steer(_ character: Character) {
        sequence?.append(character)
        guard let sequence, character.isLetter else { return }
        self.sequence = nil
        let number = Int(sequence.filter(\.isNumber)) ?? 0
        switch (character, sequence.hasPrefix("[?")) {
        case ("F", _): cursor = (max(cursor.row - max(number, 1), 0), 0)
        case ("B", _): cursor.row = min(cursor.row + max(number, 1), rows.count - 1)
        case ("K", _): rows[cursor.row] = number == 2 ? [] : Array(rows[cursor.row].prefix(cursor.column))
        case ("H", _): cursor = (0, 0)
        case ("J", _):
            rows[cursor.row] = Array(rows[cursor.row].prefix(cursor.column))
            for row in (cursor.row + 1)..<max(rows.count, cursor.row + 1) { rows[row] = [] }
        case ("h", true) where number == 7: wraps = true
        case ("l", true) where number == 7: wraps = false
        default: break
        }
    }
}
