import ConductorModel
import ConductorProcess
import Glibc

/// What is at the other end of standard output and standard error.
package enum Terminal {
    package static let pageWidth = 80
    private static let pageHeight = 24

    package static var isLive: Bool { isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb" }

    package static var style: Style { style(of: STDOUT_FILENO) }
    package static var errorStyle: Style { style(of: STDERR_FILENO) }

    package struct Size: Hashable, Sendable {
        package let columns: Int
        package let rows: Int

        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Columns of the terminal; a page's where there is none.
    package static var width: Int { size.columns }

    /// Of the window; a page's where there is none.
    package static var size: Size {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return Size(
            columns: isKnown && size.ws_col > 0 ? Int(size.ws_col) : pageWidth,
            rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : pageHeight)
    }

    /// What the locale's encoding can show.
    package static var symbols: Symbols { Symbols.suited(environment: variable) }

    /// For tables on standard output.
    package static var layout: Layout {
        isatty(STDOUT_FILENO) == 1
            ? Layout(width: width, style: style, symbols: symbols) : .plain
    }

    /// Colours only on a terminal, and not where `NO_COLOR` is set.
    package static func hasColours(isTerminal: Bool, environment: (String) -> String?) -> Bool {
        isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    private static func style(of descriptor: Int32) -> Style {
        Style(hasColours: hasColours(isTerminal: isatty(descriptor) == 1, environment: variable))
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

extension Timestamp {
    /// By the wall clock.
    package static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds) }
}
