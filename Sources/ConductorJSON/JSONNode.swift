/// What a value is. The raw value is its mark on the tape.
public enum JSONKind: UInt8, Sendable {
    case null, bool, number, string, array, object
}

/// One value on the tape of a parsed document: where its bytes stand, and where the value after it begins.
struct JSONNode {
    let kind: JSONKind
    /// A string with at least one backslash: its characters differ from its bytes.
    var isEscaped = false
    var start: UInt32
    var end: UInt32 = 0
    /// Index of the node that follows this value and all it contains.
    var next: UInt32 = 0

    var span: Range<Int> { Int(start)..<Int(end) }
    /// A string's bytes without the quotes.
    var content: Range<Int> { Int(start) + 1..<Int(end) - 1 }
}
