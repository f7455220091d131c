import ConductorModel

/// Why a request to run something ran nothing: the same work had been asked for before.
public enum Repetition: String, Vocabulary {
    /// It had not ended, and the caller was told of its end as the first one was.
    case attached
    /// It had ended: this is what was recorded then.
    case recorded

    /// The member of a reply that says so.
    static let member: StaticString = "repeated"
}
