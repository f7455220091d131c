/// Text as a terminal shows it.
package enum TerminalText {
    /// Without what could move the cursor or change the terminal: names and messages come from anywhere.
    package static func sanitized(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0 == "\t" || $0 == "\n" ? " " : isControl($0) ? "\u{FFFD}" : $0 }))
    }

    /// Columns that `text` takes.
    package static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// As much of `text` as fits into `columns`, with an ellipsis where something is missing.
    package static func fitted(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 1 else { return columns == 1 ? "…" : "" }
        return prefix(of: text, columns - 1) + "…"
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
            used += width(character)
            return used <= columns
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalar != "\u{200D}"
        default: false
        }
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default:
            switch first.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
