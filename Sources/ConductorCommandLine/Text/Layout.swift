/// The page that tables are laid out for.
package struct Layout: Hashable, Sendable {
    /// Columns; nil where lines may be as long as their texts, because who reads them may be a program.
    package let width: Int?
    package let style: Style

    package init(width: Int?, style: Style = .none) {
        self.width = width
        self.style = style
    }

    /// Where there is no terminal.
    package static let plain = Layout(width: nil)
}
