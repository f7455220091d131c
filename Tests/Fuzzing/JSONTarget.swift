import ConductorJSON

/// A JSON text. What the parser takes, the writer writes so that the parser takes it for the same.
enum JSONTarget: FuzzTarget {
    static let name = "json"

    static func run(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes) else { return }
        let root = document.root
        visit(root)
        promise(root.depth <= JSONDocument.maximumDepth, "deeper than allowed")
        _ = document.offsets
        var writer = JSONWriter(reserving: 0)
        write(root, to: &writer)
        let written = writer.text
        let again = promised { try written.parsed() }
        promise(again.isEquivalent(to: root) && root.isEquivalent(to: again), "\(root.text) is written as \(written)")
        var second = JSONWriter()
        write(again, to: &second)
        promise(second.text == written, "\(written) is written as \(second.text)")
        promise(promised { try root.text.parsed() }.isEquivalent(to: root), "its own text is another value")
    }

    /// What any value answers, whatever it is.
    private static func visit(_ value: JSONValue) {
        if let integer = value.integer { promise(value.double != nil, "\(integer) is no number") }
        _ = value.double
        _ = value.bool
        promise(value.byteCount == value.text.bytes.count, "its length is wrong")
        for element in value.elements { visit(element) }
        for (index, (key, member)) in value.members.enumerated() {
            // Each is looked for from the first on.
            guard index < 64 else { return }
            promise(value[key]?.isEquivalent(to: member) == true, "the member \(key) is not found")
            visit(member)
        }
    }

    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value.kind {
        case .null: writer.null()
        case .bool: writer.bool(value.bool ?? false)
        case .number: writer.raw(value.text)
        case .string: writer.string(value.string ?? "")
        case .array:
            writer.beginArray()
            for element in value.elements { write(element, to: &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for (key, member) in value.members {
                writer.key(key)
                write(member, to: &writer)
            }
            writer.endObject()
        }
    }
}
