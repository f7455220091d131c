extension JSONDocument {
    /// Values whose offsets are kept.
    private static let maximumOffsets = 200_000

    /// Where each value begins, in bytes, by `JSONPath`s such as `tasks[0].needs[1]`; members stand where their keys do.
    /// Of a document of very many values, the first ones.
    package var offsets: [String: Int] {
        var offsets: [String: Int] = [:]
        collect(root, at: Int(nodes[0].start), path: JSONPath(), into: &offsets)
        return offsets
    }

    private func collect(_ value: JSONValue, at offset: Int, path: JSONPath, into offsets: inout [String: Int]) {
        guard offsets.count < Self.maximumOffsets else { return }
        if offsets[path.text] == nil { offsets[path.text] = offset }
        switch value.kind {
        case .null, .bool, .number, .string: break
        case .array:
            for (index, element) in value.elements.enumerated() {
                collect(element, at: Int(nodes[element.index].start), path: path.element(index), into: &offsets)
            }
        case .object:
            for (key, member) in value.members {
                // A member's key is the node before it.
                let start = Int(nodes[member.index - 1].start)
                collect(member, at: start, path: path.member(key), into: &offsets)
            }
        }
    }
}
