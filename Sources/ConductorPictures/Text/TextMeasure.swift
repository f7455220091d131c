/// How wide text is at most in the fonts of common systems: no font is at hand where pictures are made.
enum TextMeasure {
    /// Of `text` in a font of `size` pixels.
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems($1) } * size
    }

    /// As much of `text` as fits into `width` pixels, with an ellipsis where something is missing.
    static func fitted(_ text: String, width: Double, size: Double) -> String {
        let ellipsis = 0.9
        var used = 0.0
        var end = text.startIndex
        var hasRoom = true
        for index in text.indices {
            used += text[index].unicodeScalars.reduce(0) { $0 + ems($1) }
            if used * size > width { return text[..<end] + "…" }
            if hasRoom, (used + ellipsis) * size <= width { end = text.index(after: index) } else { hasRoom = false }
        }
        return text
    }

    private static func ems(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ": 0.36
        case "f", "t", "r", "-", "(", ")", "/", "1": 0.5
        case "m", "w", "M", "W", "@", "%": 0.98
        case "<", ">", "=", "+", "~", "#": 0.9
        case "A"..."Z": 0.74
        default: scalar.isASCII ? 0.62 : scalar.value < 0x1100 ? 0.72 : 1.1
        }
    }
}
