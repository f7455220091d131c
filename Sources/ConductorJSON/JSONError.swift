/// Why bytes are not one acceptable JSON text, and where.
public struct JSONError: Error, Hashable, Sendable {
    public enum Reason: String, Sendable {
        case tooLarge = "the text is too large"
        case unexpectedEnd = "the text ends too early"
        case unexpectedByte = "unexpected character"
        case trailingBytes = "something follows the value"
        case tooDeep = "nested too deeply"
        case duplicateKey = "duplicate key"
        case invalidNumber = "not a JSON number"
        case invalidEscape = "not a JSON escape"
        case loneSurrogate = "half of a surrogate pair"
        case controlCharacter = "unescaped control character in a string"
        case invalidUTF8 = "not UTF-8"
    }

    public let reason: Reason
    /// Byte offset from the start of the text.
    public let offset: Int
}

extension JSONError: CustomStringConvertible {
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
