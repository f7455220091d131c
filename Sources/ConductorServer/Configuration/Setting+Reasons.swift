import ConductorJSON

extension Setting {
    /// What is wrong with a text that this does not take.
    func reason(against text: String) -> String {
        "\(expectation), not \"\(text.excerpt())\"" + text.suggestion(among: kind.words)
    }

    /// What is wrong with a dotted key of the file that nothing is known by.
    static func unknown(_ key: String) -> String {
        let name = lastName(of: key)
        let section = key.dropLast(name.count)
        let siblings = keys.filter { $0.dropLast(lastName(of: $0).count) == section }
        // One that stands in another section, else a slip in this one.
        let meant = keys.first { lastName(of: $0) == name } ?? name.mostSimilar(among: siblings.map(lastName))
        return "unknown key \"\(name.excerpt())\"" + (meant.map { "; did you mean \"\($0)\"?" } ?? "")
    }

    /// All that may stand in the file, dotted.
    private static let keys = all.map(\.key) + sections.sorted() + AccessBoundList.keys.sorted() + ["policies"]

    private static func lastName(of key: String) -> String {
        String(key[(key.lastIndex(of: ".").map { key.index(after: $0) } ?? key.startIndex)...])
    }
}
