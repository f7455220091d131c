/// The page that tables are laid out for.
package struct Layout: Hashable, Sendable {
    /// Columns; nil where lines may be as long as their texts, because who reads them may be a program.
    package let width: Int?
    package let style: Style
    package let symbols: Symbols

    package init(width: Int?, style: Style = .none, symbols: Symbols = .ascii) {
        self.width = width
        self.style = style
        self.symbols = symbols
    }

    /// Where there is no terminal.
    package static let plain = Layout(width: nil)

    /// Text that nothing can change the terminal with, cut to what is left of the width after `columns`.
    func fitted(_ text: String, after columns: Int = 0) -> String {
        let text = TerminalText.sanitized(text)
        guard let width else { return text }
        return TerminalText.fitted(text, max(width - columns, 8))
    }
}
