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
    package let retrying: String
    package let round: String
    package let bar: String
    package let arrow: String
    package let dot: String
    /// Of a progress bar: what is done, and what is not.
    package let done: String
    package let undone: String

    package static let unicode = Symbols(
        succeeded: "✓", failed: "✗", cancelled: "⊘", held: "‖", running: "▶", waiting: "⧗", retrying: "↻", round: "↺",
        bar: "│", arrow: "→", dot: "·", done: "█", undone: "░")
    package static let ascii = Symbols(
        succeeded: "ok", failed: "FAIL", cancelled: "STOP", held: "HELD", running: ">", waiting: "..",
        retrying: "RETRY",
        round: "again:", bar: "|", arrow: "->", dot: "-", done: "#", undone: ".")

    /// A bar of so many columns of which a part, from 0 to 1, is done.
    package func bar(_ part: Double, _ columns: Int) -> String {
        let count = Int((min(max(part, 0), 1) * Double(columns)).rounded(.down))
        return String(repeating: done, count: count) + String(repeating: undone, count: columns - count)
    }

    /// Of a locale: the first of these variables that is set says which (locale(7)).
    package static func suited(environment: (String) -> String?) -> Symbols {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        let encoding = locale.lowercased()
        return encoding.hasSuffix("utf-8") || encoding.hasSuffix("utf8") ? .unicode : .ascii
    }
}
