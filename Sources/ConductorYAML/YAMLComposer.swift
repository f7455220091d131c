extension YAMLNode {
    /// Reads a text of one document, in UTF-8 without a byte order mark.
    ///
    /// - Returns: nil where there is nothing in it.
    package static func read(_ text: [UInt8]) throws(YAMLError) -> YAMLNode? {
        var duplicates: [YAMLError] = []
        let root = try read(text, duplicates: &duplicates)
        if let first = duplicates.first { throw first }
        return root
    }

    /// - Parameter duplicates: told of the first hundred keys that their mappings have already; these do not count.
    package static func read(_ text: [UInt8], duplicates: inout [YAMLError]) throws(YAMLError) -> YAMLNode? {
        let (root, found) = try text.withUnsafeBufferPointer { (bytes) throws(YAMLError) in
            var composer = YAMLComposer(parser: try YAMLParser(bytes))
            return (try composer.document(), composer.duplicates)
        }
        duplicates += found
        return root
    }
}

/// Makes nodes of a parser's events.
private struct YAMLComposer: ~Copyable {
    /// No file of ours means to be deeper, aliases followed; what is may be made to exhaust the stack, even as it is let go.
    static let maximumDepth = 1000
    static let maximumDuplicates = 100

    private var parser: YAMLParser
    private(set) var duplicates: [YAMLError] = []
    /// The newest of each name.
    private var anchors: [String: YAMLNode] = [:]

    init(parser: consuming YAMLParser) {
        self.parser = parser
    }

    mutating func document() throws(YAMLError) -> YAMLNode? {
        _ = try parser.next()
        guard case .documentStart = try parser.next() else { return nil }
        let root = try node(from: try parser.next(), depth: 1)
        _ = try parser.next()
        if case .documentStart(let mark) = try parser.next() {
            throw YAMLError("expected a single document in the stream, but found another document", at: mark)
        }
        return root
    }

    /// - Returns: nil at the end of the sequence or mapping around it.
    private mutating func node(from event: YAMLParser.Event, depth: Int) throws(YAMLError) -> YAMLNode? {
        switch event {
        case .alias(let name, let mark):
            guard let node = anchors[name] else { throw YAMLError("found undefined alias", at: mark) }
            try check(depth - 1 + node.depth, mark)
            return node
        case .scalar(let scalar, let properties): return named(.scalar(scalar), properties)
        case .sequence(let properties):
            try check(depth, properties.mark)
            var elements: [YAMLNode] = []
            while let element = try node(from: try parser.next(), depth: depth + 1) { elements.append(element) }
            return named(.sequence(elements), properties)
        case .mapping(let properties):
            try check(depth, properties.mark)
            return named(.mapping(try members(depth: depth + 1)), properties)
        case .end, .documentStart, .documentEnd, .streamStart, .streamEnd: return nil
        }
    }

    private mutating func members(depth: Int) throws(YAMLError) -> [YAMLNode.Member] {
        var members: [YAMLNode.Member] = []
        var first: [String: YAMLNode.Mark] = [:]
        while let key = try node(from: try parser.next(), depth: depth),
            let value = try node(from: try parser.next(), depth: depth)
        {
            if let name = key.scalar?.text {
                if let mark = first[name] {
                    if duplicates.count < Self.maximumDuplicates {
                        duplicates.append(YAMLError(.duplicateKey(name), at: mark))
                    }
                    continue
                }
                first[name] = key.mark
            }
            members.append(YAMLNode.Member(key: key, value: value))
        }
        return members
    }

    private mutating func named(_ content: YAMLNode.Content, _ properties: YAMLParser.Properties) -> YAMLNode {
        let node = YAMLNode(content, tag: properties.tag, mark: properties.mark)
        if let anchor = properties.anchor { anchors[anchor] = node }
        return node
    }

    private func check(_ depth: Int, _ mark: YAMLNode.Mark) throws(YAMLError) {
        guard depth <= Self.maximumDepth else { throw YAMLError("is nested too deeply", at: mark) }
    }
}
