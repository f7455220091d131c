import ConductorJSON
import ConductorModel
import ConductorProtocol

/// An act whose id the daemon knew already, so that nothing new began.
extension Reply.Repetition {
    /// Of an answer; nil where the act was new, or the daemon is too old to say.
    package init?(_ answer: JSONValue) {
        guard let word = answer["repeated"]?.string else { return nil }
        self.init(rawValue: word)
    }

    /// The sentence for a refusal that a task ended with; nil as above.
    package static func sentence(_ name: String, _ refusal: Refusal) -> String? {
        guard case .text(let word)? = refusal.details["repeated"], let repetition = Self(rawValue: word) else {
            return nil
        }
        guard case .text(let end)? = refusal.details["completed_at"] else { return repetition.sentence(name) }
        return repetition.sentence(name, ended: Timestamp(end))
    }

    /// - Parameter end: When the work ended, if that is known.
    package func sentence(_ name: String, ended end: Timestamp? = nil) -> String {
        switch self {
        case .attached: "\(name) ran already; nothing new was started"
        case .recorded: "\(name) had ended already" + (end.map { ", at \($0.shown)" } ?? "") + "; nothing was run"
        }
    }
}
