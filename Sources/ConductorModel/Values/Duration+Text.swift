extension Duration {
    /// What people write: `90s`, `5m`, `2h`, `1d`, `500ms`, and several of them as in `1h30m`. Nil for anything else, a
    /// number without a unit too.
    package init?(text: String) {
        var rest = text[...], seconds = 0.0
        repeat {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let count = Double(number), let unit = Self.units[String(name)] else { return nil }
            seconds += count * unit
        } while !rest.isEmpty
        guard seconds <= Self.longestText else { return nil }
        self.init(inSeconds: seconds)
    }

    private static let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
    /// A thousand years.
    private static let longestText = 31_557_600_000.0
}
