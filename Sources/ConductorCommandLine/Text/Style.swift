import ConductorModel

/// Colours of a terminal, or none.
package struct Style: Hashable, Sendable {
    package enum Tone: String, Sendable {
        case plain = ""
        case good = "32"
        case bad = "31"
        case doubtful = "33"
        case faint = "2"
        case strong = "1"
    }

    package let hasColours: Bool

    package init(hasColours: Bool) {
        self.hasColours = hasColours
    }

    package static let none = Style(hasColours: false)

    package func paint(_ text: String, _ tone: Tone) -> String {
        guard hasColours, tone != .plain else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
}

extension TaskStatus {
    package var tone: Style.Tone {
        switch self {
        case .completed: .good
        case .failed: .bad
        case .cancelled, .blocked: .doubtful
        case .skipped: .faint
        case .pending, .inProgress: .plain
        }
    }
}
