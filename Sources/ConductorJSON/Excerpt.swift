extension StringProtocol {
    /// The beginning of a text that others sent, for messages about it: at most `maximumBytes` bytes of it,
    /// and an ellipsis where more follows.
    public func excerpt(maximumBytes: Int = 128) -> String {
        guard utf8.count > maximumBytes else { return String(self) }
        var text = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= maximumBytes else { break }
            text.append(scalar)
        }
        return String(text) + "…"
    }
}
