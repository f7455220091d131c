/// Text of anyone's made harmless in a page and visible as what it is.
enum Escaping {
    /// - Parameter breaksLines: Line breaks stay; else they become spaces.
    static func append(_ text: String, to target: inout String, breaksLines: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": target += "&amp;"
            case "<": target += "&lt;"
            case ">": target += "&gt;"
            case "\"": target += "&quot;"
            case "'": target += "&#39;"
            case "\n" where breaksLines: target += "\n"
            case "\t", "\n": target += " "
            default: target.unicodeScalars.append(isHidden(scalar) ? "\u{FFFD}" : scalar)
            }
        }
    }

    /// As `append`, for text that is no markup: what cannot be seen is replaced, and lines are joined.
    static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar == "\n" || scalar == "\t" ? " " : isHidden(scalar) ? "\u{FFFD}" : scalar
                }))
    }

    /// What is not seen itself and changes how the rest is seen: control characters, overrides of the direction of text,
    /// and what XML does not allow. The joiner of emoji is none.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        if scalar.value & 0xFFFE == 0xFFFE { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalar != "\u{200D}"
        default: false
        }
    }
}
