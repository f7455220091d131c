import ConductorJSON
import ConductorModel
import ConductorYAML

/// A YAML or JSON file as JSON text that still knows where each value stands in the file.
package struct SourceDocument: Sendable {
    package let name: String
    /// What there is of the file in JSON; `read` refuses what is not.
    package let json: JSONText
    private let places: Places
    /// What is not in `json`, since it cannot be.
    private let problems: [SourceProblem]

    /// Where values stand, by their paths.
    private enum Places {
        case positions([String: SourceProblem.Position])
        case offsets([String: Int], in: [UInt8])

        subscript(path: String) -> SourceProblem.Position? {
            switch self {
            case .positions(let positions): positions[path]
            case .offsets(let offsets, let bytes): offsets[path].map { SourceProblem.Position(of: $0, in: bytes) }
            }
        }
    }

    private typealias Contents = (json: JSONText, places: Places, problems: [SourceProblem])

    package init(path: String) throws(SourceProblems) {
        try self.init(name: SourceFile.name(of: path), bytes: try SourceFile.read(path))
    }

    /// What looks like JSON is read as JSON, which is YAML but for corners such as surrogate pairs in escapes. YAML may
    /// look like it, unless a name says that it is JSON.
    package init(name: String, bytes: [UInt8]) throws(SourceProblems) {
        self.name = name
        guard !bytes.hasUTF16ByteOrderMark else {
            throw SourceProblems(
                SourceProblem(file: name, position: nil, field: "", message: "is UTF-16; UTF-8 is needed"))
        }
        let bytes = bytes.withoutByteOrderMark
        guard name.hasSuffix(".json") || Self.looksLikeJSON(bytes) else {
            (json, places, problems) = try Self.yaml(name, bytes)
            return
        }
        do {
            (json, places, problems) = try Self.strictJSON(name, bytes)
        } catch {
            guard !name.hasSuffix(".json"), let yaml = try? Self.yaml(name, bytes) else { throw error }
            (json, places, problems) = yaml
        }
    }

    /// Begins as an array does, or as an object whose first name has quotes.
    private static func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
        let visible = bytes.lazy.filter { !" \t\r\n".utf8.contains($0) }.prefix(2)
        switch visible.first {
        case UInt8(ascii: "["): return true
        case UInt8(ascii: "{"): return visible.dropFirst().first.map { "\"}".utf8.contains($0) } ?? true
        default: return false
        }
    }

    /// Reads the whole as a value; what is wrong is told with its place in the file.
    package func read<T: JSONReadable>(as type: T.Type = T.self) throws(SourceProblems) -> T {
        if let problems = SourceProblems(problems) { throw problems }
        let value = try parsed()
        do throws(JSONFieldError) {
            return try T(json: value)
        } catch {
            throw SourceProblems(problem(at: error.field, error.reason))
        }
    }

    /// Reads the whole as a value of a known form; all that is wrong is told at once, each with its place.
    package func read<T: SourceFormed>(as type: T.Type = T.self) throws(SourceProblems) -> T {
        try read(as: type) { _ in [] }
    }

    /// - Parameter further: what is wrong with a value of the right form.
    package func read<T: SourceFormed>(
        as type: T.Type = T.self, further: (T) -> [Problem]
    ) throws(SourceProblems) -> T {
        var check = SourceCheck()
        let text = check.checked(try parsed(), T.sourceForm)
        var found = problems
        func add(_ later: [Problem]) {
            let known = Set(found.map(\.field))
            found += later.filter { !known.contains($0.path) }.map { problem(at: $0.path, $0.message) }
        }
        add(check.problems)
        do {
            if let text {
                let value = try T(json: text.parsed())
                add(further(value))
                if found.isEmpty { return value }
            }
        } catch let error as JSONFieldError {
            add([Problem(path: error.field, message: error.reason)])
        } catch {
            add([Problem(path: "", message: "\(error)")])
        }
        throw SourceProblems(found.sorted(by: Self.comesBefore)) ?? SourceProblems(problem(at: "", "cannot be read"))
    }

    private func parsed() throws(SourceProblems) -> JSONValue {
        do throws(JSONError) {
            return try json.parsed()
        } catch {
            throw SourceProblems(problem(at: "", "\(error)"))
        }
    }

    private static func comesBefore(_ a: SourceProblem, _ b: SourceProblem) -> Bool {
        guard let first = a.position, let second = b.position else { return b.position != nil }
        return first < second
    }

    /// A problem at `path`, placed at its nearest parent where the file does not hold it.
    package func problem(at path: String, _ message: String) -> SourceProblem {
        var nearest = path[...]
        while places[String(nearest)] == nil, let end = nearest.lastIndex(where: { $0 == "." || $0 == "[" }) {
            nearest = nearest[..<end]
        }
        return SourceProblem(
            file: name, position: places[String(nearest)] ?? places[""], field: path, message: message)
    }

    private static func strictJSON(_ name: String, _ bytes: [UInt8]) throws(SourceProblems) -> Contents {
        do throws(JSONError) {
            let document = try JSONDocument(parsing: bytes)
            return (document.root.text, .offsets(document.offsets, in: bytes), [])
        } catch {
            let position = SourceProblem.Position(of: error.offset, in: bytes)
            throw SourceProblems(
                SourceProblem(file: name, position: position, field: "", message: error.reason.rawValue))
        }
    }

    private static func yaml(_ name: String, _ bytes: [UInt8]) throws(SourceProblems) -> Contents {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw SourceProblems(SourceProblem(file: name, position: nil, field: "", message: "is not UTF-8"))
        }
        var duplicates: [YAMLError] = []
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLNode.read(bytes, duplicates: &duplicates)
        } catch {
            throw SourceProblems(SourceProblem(file: name, error))
        }
        guard let root else {
            throw SourceProblems(SourceProblem(file: name, position: nil, field: "", message: "is empty"))
        }
        var converter = YAMLConverter(file: name)
        try converter.convert(root)
        let problems = duplicates.map { SourceProblem(file: name, $0) } + converter.problems
        return (converter.json, .positions(converter.positions), problems)
    }
}

extension SourceProblem.Position {
    /// The place of a byte.
    init(of offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let column = 1 + String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count
        self.init(line: line, column: column)
    }
}
