/// Text as a terminal shows it.
package enum TerminalText {
    /// Without what could move the cursor or change the terminal: names and messages come from anywhere.
    package static func sanitized(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        let scalars = EscapeSequences.removed(from: text.unicodeScalars)
        return String(
            String.UnicodeScalarView(
                scalars.map { $0 == "\t" || $0 == "\n" ? " " : isControl($0) ? "\u{FFFD}" : $0 }))
    }

    /// As `sanitized`, line by line: a report of several lines keeps them.
    package static func sanitizedLines(of text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { sanitized(String($0)) }
            .joined(separator: "\n")
    }

    /// JSON text of the same value as one line, in which nothing can change the terminal. What agents and clients sent
    /// may have lines of its own.
    package static func line(json: String) -> String { escaped(json: json) { _ in false } }

    /// As `line(json:)`, with the lines that it has.
    package static func lines(json: String) -> String { escaped(json: json) { $0 == "\n" } }

    /// Valid JSON has ASCII's control characters only between its tokens, where they mean nothing, and others only in
    /// strings, where an escape means the same.
    private static func escaped(json: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        guard json.unicodeScalars.contains(where: isControl) else { return json }
        var text = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if !isControl(scalar) || isKept(scalar) {
                text.append(scalar)
            } else if scalar.value >= 0x7F {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars
                }
            }
        }
        return String(text)
    }

    /// What stays of a line of output that was written over with carriage returns: its last state.
    package static func lastState(of line: String) -> String {
        let scalars = line.unicodeScalars
        let end = scalars.lastIndex { $0 != "\r" && $0 != "\n" }.map { scalars.index(after: $0) } ?? scalars.startIndex
        let begin = scalars[..<end].lastIndex(of: "\r").map { scalars.index(after: $0) } ?? scalars.startIndex
        return String(scalars[begin..<end])
    }

    /// Columns that `text` takes at most.
    package static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + $1.columns }
    }

    /// As much of `text` as fits into `columns`, with an ellipsis where something is missing.
    package static func fitted(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 1 else { return columns == 1 ? "…" : "" }
        return prefix(of: text, columns - 1) + "…"
    }

    /// As `fitted`, for text that this program has painted: its colours stay, and end with it.
    package static func fitted(painted text: String, _ columns: Int) -> String {
        guard text.contains("\u{1B}") else { return fitted(text, columns) }
        guard width(sanitized(text)) > columns else { return text }
        var shown = "", used = 0, isColour = false
        for character in text {
            if character == "\u{1B}" { isColour = true }
            if isColour {
                shown.append(character)
                isColour = character != "m"
                continue
            }
            used += character.columns
            guard used < columns else { break }
            shown.append(character)
        }
        return columns > 0 ? shown + "…\u{1B}[0m" : ""
    }

    /// As `fitted`, but with the end kept too: ids that begin alike differ there.
    package static func shortened(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns, columns > 4 else { return fitted(text, columns) }
        let tail = String(prefix(of: String(text.reversed()), (columns - 1) / 2).reversed())
        return prefix(of: text, columns - 1 - width(tail)) + "…" + tail
    }

    /// Filled up with spaces on the right.
    package static func padded(_ text: String, _ columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    /// As many characters as take at most `columns`.
    private static func prefix(of text: String, _ columns: Int) -> Substring {
        var used = 0
        return text.prefix { character in
            used += character.columns
            return used <= columns
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalar != "\u{200D}"
        default: false
        }
    }
}
