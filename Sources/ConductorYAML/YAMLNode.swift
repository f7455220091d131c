/// A value of a YAML document, and where it begins. What an alias names stands in its place.
package struct YAMLNode: Sendable {
    /// Both count from 1; columns in Unicode scalars.
    package struct Mark: Hashable, Sendable {
        package let line: Int
        package let column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package struct Scalar: Hashable, Sendable {
        package let text: String
        /// In quotes, or a block: a string, whatever it looks like.
        package let isQuoted: Bool
    }

    package struct Member: Sendable {
        package let key: YAMLNode
        package let value: YAMLNode

        package init(key: YAMLNode, value: YAMLNode) {
            self.key = key
            self.value = value
        }
    }

    package enum Content: Sendable {
        case scalar(Scalar)
        case sequence([YAMLNode])
        /// In the order of the file; no two keys are the same scalar.
        case mapping([Member])
    }

    package let content: Content
    /// In full, as `tag:yaml.org,2002:str`; nil where none is written.
    package let tag: String?
    package let mark: Mark
    /// How deep sequences and mappings nest in it; 0 for a scalar.
    package let depth: Int
    /// The values in it and itself, those that aliases name each time; at most `Int.max`.
    package let count: Int

    package init(_ content: Content, tag: String?, mark: Mark) {
        self.content = content
        self.tag = tag
        self.mark = mark
        let contained: [YAMLNode]
        switch content {
        case .scalar:
            (depth, count) = (0, 1)
            return
        case .sequence(let elements): contained = elements
        case .mapping(let members): contained = members.flatMap { [$0.key, $0.value] }
        }
        depth = 1 + (contained.lazy.map(\.depth).max() ?? 0)
        count = contained.reduce(1) { sum, node in
            let (next, overflow) = sum.addingReportingOverflow(node.count)
            return overflow ? .max : next
        }
    }
}

extension YAMLNode {
    /// Without its tag; nil where it is no scalar.
    package var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    package var sequence: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    package var mapping: [Member]? {
        guard case .mapping(let members) = content else { return nil }
        return members
    }
}

extension YAMLNode.Scalar {
    /// What it means where no tag says otherwise.
    package var meaning: PlainScalar { isQuoted ? .string : PlainScalar(text) }
}

/// Why a text is not read.
package struct YAMLError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case syntax(String)
        case duplicateKey(String)
    }

    package let reason: Reason
    /// Nil where the parser does not know it.
    package let mark: YAMLNode.Mark?

    init(_ reason: Reason, at mark: YAMLNode.Mark?) {
        self.reason = reason
        self.mark = mark
    }

    init(_ problem: String, at mark: YAMLNode.Mark?) {
        self.init(.syntax(problem), at: mark)
    }
}
