import ConductorJSON
import Yams

/// Turns YAML nodes into JSON text, and remembers where each value stands.
struct YAMLConverter {
    typealias Position = SourceProblem.Position

    static let maximumValues = 200_000

    private let file: String
    private var count = 0
    private var writer = JSONWriter()
    /// By paths such as `tasks[0].needs[1]`; members stand where their keys do.
    private(set) var positions: [String: Position] = [:]

    init(file: String) {
        self.file = file
    }

    var json: JSONText { writer.text }

    mutating func convert(_ root: Node) throws(SourceProblems) {
        try convert(root, path: "", at: root.mark, depth: 1)
    }

    private mutating func convert(_ node: Node, path: String, at mark: Mark?, depth: Int) throws(SourceProblems) {
        let position = mark.map { Position(line: $0.line, column: $0.column) }
        positions[path] = position
        count += 1
        guard depth <= JSONDocument.maximumDepth else { throw problem(path, "is nested too deeply") }
        // A few anchors that name each other grow without end.
        guard count <= Self.maximumValues, writer.bytes.count <= SourceFile.maximumBytes else {
            throw problem(path, "makes the file too large")
        }
        switch node {
        case .scalar(let scalar): try write(scalar, path)
        case .sequence(let sequence):
            try refuse(sequence.tag, but: .seq, path)
            writer.beginArray()
            for (index, element) in sequence.enumerated() {
                try convert(element, path: "\(path)[\(index)]", at: element.mark, depth: depth + 1)
            }
            writer.endArray()
        case .mapping(let mapping): try write(mapping, path, depth)
        case .alias: throw problem(path, "is an alias of nothing")
        }
    }

    private mutating func write(_ mapping: Node.Mapping, _ path: String, _ depth: Int) throws(SourceProblems) {
        try refuse(mapping.tag, but: .map, path)
        writer.beginObject()
        for (key, value) in mapping {
            guard case .scalar(let name) = key else { throw problem(path, "a key must be a string") }
            let member = path.isEmpty ? name.string : "\(path).\(name.string)"
            positions[member] = key.mark.map(Position.init)
            guard !name.isMerge else {
                throw problem(member, "merge keys are not known here: the members must be written out")
            }
            try refuse(name.tag, but: .str, member)
            writer.key(name.string)
            try convert(value, path: member, at: key.mark, depth: depth + 1)
        }
        writer.endObject()
    }

    private mutating func write(_ scalar: Node.Scalar, _ path: String) throws(SourceProblems) {
        guard scalar.tag.name == .implicit else {
            try refuse(scalar.tag, but: .str, path)
            return writer.string(scalar.string)
        }
        switch PlainScalar(scalar.string) {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let digits): writer.raw(digits)
        case .string: writer.string(scalar.string)
        case .notInJSON: throw problem(path, "JSON has no number \(scalar.string); quotes make it a string")
        }
    }

    private func refuse(_ tag: Tag, but known: Tag.Name, _ path: String) throws(SourceProblems) {
        let name = tag.name
        guard name == .implicit || name == .nonSpecific || name == known else {
            throw problem(path, "the tag \(name.rawValue) is not known")
        }
    }

    private func problem(_ path: String, _ message: String) -> SourceProblems {
        SourceProblems(SourceProblem(file: file, position: positions[path], field: path, message: message))
    }
}

extension Tag {
    /// As it is written: compared, tags resolve themselves by YAML 1.1.
    fileprivate var name: Name { Name(rawValue: description) }
}

extension Node.Scalar {
    /// `<<` without quotes, which YAML 1.1 takes for the members of another mapping.
    fileprivate var isMerge: Bool { string == "<<" && style == .plain }
}

extension SourceProblem {
    /// What the YAML parser says.
    init(file: String, _ error: YamlError) {
        switch error {
        case .composer(let context, let problem, let mark, _):
            let message = context.map { "\($0.text), \(problem)" } ?? problem
            self.init(file: file, position: Position(mark), field: "", message: message)
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            self.init(file: file, position: Position(mark), field: "", message: Self.sentence(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(
                file: file, position: Position(context.mark), field: keys.first ?? "",
                message: "stands twice in one mapping")
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            self.init(file: file, position: nil, field: "", message: problem)
        case .no, .memory: self.init(file: file, position: nil, field: "", message: "cannot be read")
        case .dataCouldNotBeDecoded: self.init(file: file, position: nil, field: "", message: "is not UTF-8")
        }
    }

    /// The library names a setting of its own where nesting ends.
    private static func sentence(_ problem: String) -> String {
        problem.hasPrefix("Maximum nesting level") ? "is nested too deeply" : problem
    }
}

extension SourceProblem.Position {
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
