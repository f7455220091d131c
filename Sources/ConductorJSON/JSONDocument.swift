/// A parsed JSON text: its bytes and the tape that says where each value stands. Immutable.
public final class JSONDocument: Sendable {
    /// The deepest nesting that any Conductor text may have; the outermost value counts as 1.
    public static let maximumDepth = 32

    let bytes: [UInt8]
    let nodes: [JSONNode]

    /// Parses `bytes` whole. Time and memory are linear in their number, whatever they hold.
    public init(parsing bytes: [UInt8], maximumDepth: Int = JSONDocument.maximumDepth) throws(JSONError) {
        var outcome: Result<[JSONNode], JSONError> = .success([])
        bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                outcome = .success(try JSONParser.parse(buffer, maximumDepth: maximumDepth))
            } catch {
                outcome = .failure(error)
            }
        }
        self.nodes = try outcome.get()
        self.bytes = bytes
    }

    public var root: JSONValue { JSONValue(document: self, index: 0) }
}
