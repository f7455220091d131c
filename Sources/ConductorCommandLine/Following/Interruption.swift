import ConductorClient

/// What is told of a connection that is made anew: once that it was lost, and once that it is back.
package struct Interruption: Sendable {
    package static let ended = "conductord is back"

    private var isTold = false

    package init() {}

    /// Once for each interruption: that nobody answers yet is not told again.
    package static func sentence(_ error: any Error) -> String? {
        switch error as? ConnectionFault {
        case .notReachable?: nil
        // Nothing is waited for.
        case .foreign?: nil
        // Not the daemon's doing; how many lines were left out is printed instead.
        case .overrun?: nil
        case .lost?, .refused?, .closed?, .malformed?, .silent?, nil:
            "\(Failure(error).message); waiting for it to come back"
        }
    }

    /// Nil where none was left out.
    package static func sentence(leftOut count: Int) -> String? {
        count > 0 ? "\(count.counted("line")) dropped: more came than were read" : nil
    }

    /// What to say of `error`.
    package mutating func began(_ error: any Error) -> String? {
        if case ConnectionFault.overrun(_, let leftOut)? = error as? ConnectionFault {
            return Self.sentence(leftOut: leftOut)
        }
        let sentence = Self.sentence(error)
        if sentence != nil { isTold = true }
        return sentence
    }

    /// What to say of a connection that serves again.
    package mutating func ended() -> String? {
        defer { isTold = false }
        return isTold ? Self.ended : nil
    }
}
