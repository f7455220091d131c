/// Takes out the sequences by which programs steer a terminal (ECMA-48, 5.4 to 5.6).
struct EscapeSequences {
    private enum State {
        case text
        /// Behind an ESC.
        case begun
        /// In a control sequence, such as a colour, up to its final byte.
        case control
        /// In a string, such as a window's title, up to BEL or ST.
        case string
        /// Behind an ESC in a string: a backslash makes it ST.
        case stringEscape
    }

    private var state = State.text

    static func removed(from scalars: String.UnicodeScalarView) -> String.UnicodeScalarView {
        var sequences = EscapeSequences()
        return scalars.filter { !sequences.contain($0) }
    }

    /// Whether the scalar, which follows those that were asked for before, belongs to a sequence.
    private mutating func contain(_ scalar: Unicode.Scalar) -> Bool {
        switch state {
        case .text:
            switch scalar {
            case "\u{1B}": state = .begun
            case "\u{9B}": state = .control
            case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": state = .string
            default: return false
            }
        case .begun:
            switch scalar {
            case "[": state = .control
            case "P", "X", "]", "^", "_": state = .string
            // Of several characters, the last one is no longer one of these.
            case " "..."/", "\u{1B}": break
            case "0"..."~": state = .text
            default: return endEarly()
            }
        case .control:
            switch scalar {
            case " "..."?": break
            case "@"..."~": state = .text
            default: return endEarly()
            }
        case .string:
            switch scalar {
            case "\u{07}", "\u{9C}": state = .text
            case "\u{1B}": state = .stringEscape
            default: break
            }
        case .stringEscape: state = scalar == "\\" ? .text : .string
        }
        return true
    }

    /// What cannot be in a sequence ends it.
    private mutating func endEarly() -> Bool {
        state = .text
        return false
    }
}
