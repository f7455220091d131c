import Glibc

/// Signs that stand before words: pictures where the terminal shows them, else letters. What they say, colour and words
/// say too.
package struct Symbols: Hashable, Sendable {
    package let succeeded: String
    package let failed: String
    package let cancelled: String
    package let held: String
    package let running: String
    package let waiting: String
    package let round: String
    package let bar: String
    package let arrow: String
    package let dot: String

    package static let unicode = Symbols(
        succeeded: "✓", failed: "✗", cancelled: "⊘", held: "‖", running: "▶", waiting: "⧗", round: "↺", bar: "│",
        arrow: "→", dot: "·")
    package static let ascii = Symbols(
        succeeded: "ok", failed: "FAIL", cancelled: "STOP", held: "HELD", running: ">", waiting: "..", round: "again:",
        bar: "|", arrow: "->", dot: "-")

    /// Of a locale: the first of these variables that is set says which (locale(7)).
    package static func suited(environment: (String) -> String?) -> Symbols {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        let encoding = locale.lowercased()
        return encoding.hasSuffix("utf-8") || encoding.hasSuffix("utf8") ? .unicode : .ascii
    }
}
