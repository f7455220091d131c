/// One JSON value as the bytes in which it was written: opaque data that passes through unchanged,
/// so that numbers keep their digits and members their order.
///
/// A `JSONText` is valid by construction: it comes from a parsed document or from a `JSONWriter`.
public struct JSONText: Sendable {
    public let bytes: [UInt8]

    init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Parses `string` to make sure that it holds exactly one JSON value.
    public init(parsing string: String) throws(JSONError) {
        self = try JSONDocument(parsing: Array(string.utf8)).root.text
    }

    /// Takes back bytes that were a `JSONText` before, from storage that guards their integrity.
    public init(restoring bytes: [UInt8]) {
        self.bytes = bytes
    }

    public static let emptyObject = JSONText(trusted: Array("{}".utf8))
    public static let null = JSONText(trusted: Array("null".utf8))

    /// The text as a string; JSON is UTF-8, so nothing is lost.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Reads the value; cheap enough for a path that a person waits on, not for one per message.
    public func parsed() throws(JSONError) -> JSONValue {
        try JSONDocument(parsing: bytes).root
    }
}

extension JSONText: JSONReadable, JSONWritable {
    public init(json: JSONValue) {
        self = json.text
    }

    public func write(to writer: inout JSONWriter) {
        writer.raw(self)
    }
}

extension JSONText: CustomStringConvertible {
    public var description: String { string }
}

extension JSONText: Equatable {
    /// Byte for byte; `JSONValue.isEquivalent(to:)` compares values.
    public static func == (a: JSONText, b: JSONText) -> Bool { a.bytes == b.bytes }
}
