/// One value of a parsed document: a cursor, cheap to copy.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    public var kind: JSONKind { node.kind }

    /// The value's own bytes, unchanged.
    public var text: JSONText {
        JSONText(trusted: Array(document.bytes[node.span]))
    }

    /// Where the value's bytes stand in those of `ancestor`, which contains it.
    package func range(in ancestor: JSONValue) -> Range<Int> {
        let start = Int(ancestor.node.start)
        return node.span.lowerBound - start..<node.span.upperBound - start
    }

    /// How deep containers nest in this value, counted as the parser does: 1 for a scalar or a container of scalars.
    public var depth: Int {
        let nodes = document.nodes
        var deepest = 1
        var ends: [UInt32] = []
        for position in index..<Int(node.next) {
            while let end = ends.last, end <= position { ends.removeLast() }
            guard nodes[position].kind == .array || nodes[position].kind == .object else { continue }
            ends.append(nodes[position].next)
            deepest = max(deepest, ends.count)
        }
        return deepest
    }

    /// Number of bytes in the value's text.
    public var byteCount: Int { Int(node.end - node.start) }

    /// The characters of a string, nil for anything else.
    public var string: String? {
        guard kind == .string else { return nil }
        return document.bytes.withUnsafeBufferPointer { bytes in
            let content = UnsafeBufferPointer(rebasing: bytes[node.content])
            return node.isEscaped
                ? String(decoding: unescaped(content), as: UTF8.self) : String(decoding: content, as: UTF8.self)
        }
    }

    public var bool: Bool? {
        kind == .bool ? document.bytes[Int(node.start)] == UInt8(ascii: "t") : nil
    }

    /// A number written as an integer that fits 64 bits; `1.0` and `1e3` are not.
    public var integer: Int64? {
        guard kind == .number else { return nil }
        let bytes = document.bytes
        var digits = node.span
        let isNegative = bytes[digits.lowerBound] == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        var value: Int64 = 0
        for position in digits {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let tens = value.multipliedReportingOverflow(by: 10)
            let sum =
                isNegative
                ? tens.partialValue.subtractingReportingOverflow(Int64(digit))
                : tens.partialValue.addingReportingOverflow(Int64(digit))
            guard !tens.overflow, !sum.overflow else { return nil }
            value = sum.partialValue
        }
        return value
    }

    /// Any finite number.
    public var double: Double? {
        guard kind == .number else { return nil }
        if let integer, let exact = Double(exactly: integer) { return exact }
        guard let value = Double(numberLiteral), value.isFinite else { return nil }
        return value
    }

    /// A number as it was written.
    var numberLiteral: String {
        String(decoding: document.bytes[node.span], as: UTF8.self)
    }

    /// The elements of an array, empty for anything else.
    public var elements: some Sequence<JSONValue> {
        let document = document
        let end = kind == .array ? Int(node.next) : index
        return sequence(state: index + 1) { position -> JSONValue? in
            guard position < end else { return nil }
            defer { position = Int(document.nodes[position].next) }
            return JSONValue(document: document, index: position)
        }
    }

    /// The members of an object in the order they were written, empty for anything else.
    public var members: some Sequence<(key: String, value: JSONValue)> {
        let document = document
        let end = kind == .object ? Int(node.next) : index
        return sequence(state: index + 1) { position -> (key: String, value: JSONValue)? in
            guard position < end, let key = JSONValue(document: document, index: position).string else { return nil }
            let value = JSONValue(document: document, index: position + 1)
            position = Int(document.nodes[position + 1].next)
            return (key, value)
        }
    }

    /// The member of an object by its key.
    public subscript(key: String) -> JSONValue? {
        guard kind == .object else { return nil }
        var key = key
        return key.withUTF8 { name in
            var position = index + 1
            while position < Int(node.next) {
                if document.isString(at: position, name) { return JSONValue(document: document, index: position + 1) }
                position = Int(document.nodes[position + 1].next)
            }
            return nil
        }
    }
}

extension JSONValue {
    /// The same JSON value: members in any order, strings by their characters, numbers as they were written.
    public func isEquivalent(to other: JSONValue) -> Bool {
        guard kind == other.kind else { return false }
        switch kind {
        case .null: return true
        case .bool: return bool == other.bool
        case .number: return numberLiteral == other.numberLiteral
        case .string: return string.map { Array($0.utf8) } == other.string.map { Array($0.utf8) }
        case .array:
            return Array(elements).count == Array(other.elements).count
                && zip(elements, other.elements).allSatisfy { $0.isEquivalent(to: $1) }
        case .object:
            let mine = sortedMembers, others = other.sortedMembers
            return mine.count == others.count
                && zip(mine, others).allSatisfy { $0.key == $1.key && $0.value.isEquivalent(to: $1.value) }
        }
    }

    private var sortedMembers: [(key: [UInt8], value: JSONValue)] {
        members.map { (Array($0.key.utf8), $0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}
