/// A name that the journal takes for a field: `[A-Z][A-Z0-9_]{0,63}`. There is no other way to have one.
public struct JournalFieldName: Hashable, Sendable {
    /// The journal ignores fields with longer names.
    public static let maximumLength = 64

    static let conductorPrefix = "CONDUCTOR_"

    public let text: String
    /// As it stands in readable lines: `CONDUCTOR_TASK_ID` reads `task_id`; other names stay as the journal knows them.
    let key: String

    /// Makes the nearest name that the journal takes: ASCII letters in upper case, `_` for all that is neither
    /// letter nor digit, `X_` before what does not begin with a letter (a leading `_` is the journal's own),
    /// cut off after 64.
    public init(sanitizing raw: String) {
        var name = raw.utf8.prefix(Self.maximumLength).map(Self.sanitized)
        if name.first.map(Self.isUpperCaseLetter) != true { name.insert(contentsOf: "X_".utf8, at: 0) }
        let text = String(decoding: name.prefix(Self.maximumLength), as: UTF8.self)
        let prefix = Self.conductorPrefix
        self.text = text
        key = text.hasPrefix(prefix) ? text.dropFirst(prefix.count).lowercased() : text
    }

    /// `CONDUCTOR_KEY`: the name under which our own `key` stands in the journal.
    public static func conductor(_ key: String) -> JournalFieldName {
        JournalFieldName(sanitizing: conductorPrefix + key)
    }

    private static func sanitized(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - (UInt8(ascii: "a") - UInt8(ascii: "A"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }

    private static func isUpperCaseLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

extension JournalFieldName: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) {
        self.init(sanitizing: value)
    }

    public var description: String { text }
}

/// A name and a value of any content: newlines and NUL bytes too reach the journal as they are.
public struct JournalField: Hashable, Sendable {
    public let name: JournalFieldName
    public let value: String

    public init(_ name: JournalFieldName, _ value: String) {
        self.name = name
        self.value = value
    }
}
