extension Character {
    /// Columns of a terminal. Where terminals differ, as they do about emoji that are made of several, the most that one
    /// of them takes: what is laid out by it may be too short, and is never too long.
    var columns: Int {
        unicodeScalars.reduce(into: 0) { columns, scalar in
            // The selector of the coloured form makes a narrow sign wide.
            if scalar == "\u{FE0F}", columns == 1 { columns = 2 } else { columns += scalar.columns }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        case .otherLetter where (0x1160...0x11FF).contains(value): return 0  // joins the syllable before it
        default: return properties.isEmojiPresentation || isWide ? 2 : 1
        }
    }

    /// Those of Unicode's East_Asian_Width W and F that are no emoji (UAX #11), and blocks of pictures.
    private var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FF,
            0x1F200...0x1F265, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
