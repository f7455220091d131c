/// The page that tables are laid out for.
package struct Layout: Hashable, Sendable {
    package let width: Int
    package let style: Style
    /// Names are never cut, even where the line becomes too long: who reads it may be a program.
    package let keepsNames: Bool

    package init(width: Int, style: Style, keepsNames: Bool) {
        self.width = width
        self.style = style
        self.keepsNames = keepsNames
    }

    /// Where there is no terminal.
    package static let plain = Layout(width: Terminal.pageWidth, style: .none, keepsNames: true)
}
