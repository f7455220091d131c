import ConductorJSON
import ConductorModel

/// A word of a vocabulary, or one that only a newer daemon knows.
public enum Word<Known: Vocabulary>: Hashable, Sendable {
    case known(Known)
    case other(String)

    public init(_ known: Known) {
        self = .known(known)
    }

    /// As it is on the wire.
    public var text: String {
        switch self {
        case .known(let word): word.rawValue
        case .other(let word): word
        }
    }

    /// Nil for a word of a newer daemon.
    public var known: Known? {
        switch self {
        case .known(let word): word
        case .other: nil
        }
    }
}

extension Word: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        let text = try String(json: json)
        self = Known(rawValue: text).map(Word.known) ?? .other(text)
    }

    public func write(to writer: inout JSONWriter) {
        writer.string(text)
    }
}
