import ConductorModel

/// What a shell may complete a word to.
package struct Suggestion: Hashable, Sendable {
    /// Of letters, digits and `._:=#@/-` alone: bash expands what it is given, and names are other people's.
    package let word: String
    /// For shells that show one.
    package let note: String

    /// Nil for a word that a shell might take for more than a word.
    package init?(_ word: String, _ note: String = "") {
        guard !word.isEmpty, word.utf8.allSatisfy(Self.isPlain) else { return nil }
        self.word = word
        self.note = TerminalText.sanitized(note)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._:=#@/-".utf8.contains(byte)
        }
    }

    /// As the completion script of a shell reads it.
    package func line(for shell: String?) -> String {
        switch shell {
        case "zsh": note.isEmpty ? escaped : "\(escaped):\(note)"
        case "fish": note.isEmpty ? word : "\(word)\t\(note)"
        default: word
        }
    }

    /// For zsh, where a colon ends the word.
    private var escaped: String { word.replacing(":", with: "\\:") }
}
