import ConductorJSON
import ConductorModel

/// An act whose id the daemon knew already, so that nothing new began.
package enum Repetition: String, Sendable {
    /// The work runs, and is waited for.
    case attached
    /// The work had ended, and its recorded outcome is the answer.
    case recorded

    /// Of an answer; nil where the act was new, or the daemon is too old to say.
    package init?(_ answer: JSONValue) {
        guard let word = answer["repeated"]?.string else { return nil }
        self.init(rawValue: word)
    }

    /// - Parameter end: When the work ended, if it has.
    package func sentence(_ name: String, ended end: Timestamp?) -> String {
        switch self {
        case .attached: "\(name) runs already; nothing new was started"
        case .recorded:
            "\(name) had ended already" + (end.map { ", at \($0.shown)" } ?? "") + "; nothing was run"
        }
    }
}
