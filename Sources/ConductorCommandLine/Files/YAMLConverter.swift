import ConductorJSON
import ConductorYAML

/// Turns YAML nodes into JSON text, and remembers where each value stands.
struct YAMLConverter {
    typealias Position = SourceProblem.Position

    static let maximumValues = 200_000
    private static let maximumProblems = 100

    private let file: String
    private var count = 0
    private var writer = JSONWriter()
    /// By paths such as `tasks[0].needs[1]`; members stand where their keys do.
    private(set) var positions: [String: Position] = [:]
    /// What YAML has and JSON has not; it is left out.
    private(set) var problems: [SourceProblem] = []

    init(file: String) {
        self.file = file
    }

    var json: JSONText { writer.text }

    mutating func convert(_ root: YAMLNode) throws(SourceProblems) {
        try convert(root, path: JSONPath(), at: root.mark, depth: 1)
    }

    private mutating func convert(
        _ node: YAMLNode, path: JSONPath, at mark: YAMLNode.Mark, depth: Int
    ) throws(SourceProblems) {
        note(mark, at: path)
        count += 1
        guard depth <= JSONDocument.maximumDepth else { throw problem(path, "is nested too deeply") }
        // A few anchors that name each other grow without end.
        guard count <= Self.maximumValues, writer.count <= SourceFile.maximumBytes else {
            throw problem(path, "makes the file too large")
        }
        switch node.content {
        case .scalar(let scalar): write(scalar, node.tag, path)
        case .sequence(let elements):
            refuse(node.tag, but: "seq", path)
            writer.beginArray()
            for (index, element) in elements.enumerated() {
                try convert(element, path: path.element(index), at: element.mark, depth: depth + 1)
            }
            writer.endArray()
        case .mapping(let members):
            refuse(node.tag, but: "map", path)
            try write(members, path, depth)
        }
    }

    private mutating func write(
        _ members: [YAMLNode.Member], _ path: JSONPath, _ depth: Int
    ) throws(SourceProblems) {
        writer.beginObject()
        for entry in members {
            let key = entry.key
            guard let name = key.scalar else {
                report(path, "a key must be a string")
                continue
            }
            let member = path.member(name.text)
            note(key.mark, at: member)
            guard !name.isMerge else {
                report(member, "merge keys are not supported; write the members out")
                continue
            }
            refuse(key.tag, but: "str", member)
            writer.key(name.text)
            try convert(entry.value, path: member, at: key.mark, depth: depth + 1)
        }
        writer.endObject()
    }

    private mutating func write(_ scalar: YAMLNode.Scalar, _ tag: String?, _ path: JSONPath) {
        guard tag == nil else {
            refuse(tag, but: "str", path)
            return writer.string(scalar.text)
        }
        switch scalar.meaning {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let digits): writer.raw(digits)
        case .string: writer.string(scalar.text)
        case .notInJSON:
            report(path, "JSON has no number \(scalar.text); quotes make it a string")
            writer.string(scalar.text)
        }
    }

    /// `!` alone leaves the type to the reader, as no tag does.
    private mutating func refuse(_ tag: String?, but known: String, _ path: JSONPath) {
        guard let tag, tag != "!", tag != "tag:yaml.org,2002:" + known else { return }
        report(path, "unsupported tag \(tag)")
    }

    private mutating func report(_ path: JSONPath, _ message: String) {
        guard problems.count < Self.maximumProblems else { return }
        problems += problem(path, message).all
    }

    /// What stands first at a path is what is around the rest.
    private mutating func note(_ mark: YAMLNode.Mark, at path: JSONPath) {
        if positions[path.text] == nil { positions[path.text] = Position(mark) }
    }

    private func problem(_ path: JSONPath, _ message: String) -> SourceProblems {
        SourceProblems(
            SourceProblem(file: file, position: positions[path.text], field: path.text, message: message))
    }
}

extension YAMLNode.Scalar {
    /// `<<` without quotes, which YAML 1.1 takes for the members of another mapping.
    fileprivate var isMerge: Bool { text == "<<" && !isQuoted }
}

extension SourceProblem {
    /// What the YAML parser says.
    init(file: String, _ error: YAMLError) {
        let position = error.mark.map(Position.init)
        switch error.reason {
        case .syntax(let problem): self.init(file: file, position: position, field: "", message: problem)
        case .duplicateKey(let key):
            self.init(file: file, position: position, field: key, message: "duplicate key")
        }
    }
}

extension SourceProblem.Position {
    init(_ mark: YAMLNode.Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
