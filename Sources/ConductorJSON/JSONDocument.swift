/// A parsed JSON text: its bytes and the tape that says where each value stands. Immutable.
public final class JSONDocument: Sendable {
    /// The deepest nesting that any Conductor text may have; the outermost value counts as 1.
    public static let maximumDepth = 32

    /// What `JSONFields` does with members that nobody asked for.
    public enum UnknownMembers: Sendable {
        /// A typo must not pass.
        case refused
        /// Who wrote the text may be newer than who reads it.
        case ignored
    }

    let bytes: [UInt8]
    let nodes: [JSONNode]
    let unknownMembers: UnknownMembers

    /// Parses `bytes` whole. Time and memory are linear in their number, whatever they hold.
    public init(
        parsing bytes: [UInt8], maximumDepth: Int = JSONDocument.maximumDepth,
        unknownMembers: UnknownMembers = .refused
    ) throws(JSONError) {
        self.bytes = bytes
        self.unknownMembers = unknownMembers
        self.nodes = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONParser.parse(buffer, maximumDepth: maximumDepth)
        }
    }

    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// Whether the string at `index` has exactly the characters of `name`: byte for byte, since `String` would
    /// also take for equal what Unicode normalization makes equal.
    func isString(at index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let node = nodes[index]
        return bytes.withUnsafeBufferPointer { bytes in
            let content = UnsafeBufferPointer(rebasing: bytes[node.content])
            return node.isEscaped ? unescaped(content).elementsEqual(name) : content.hasSameBytes(as: name)
        }
    }
}
