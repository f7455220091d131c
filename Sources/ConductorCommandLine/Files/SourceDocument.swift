import ConductorJSON
import Yams

/// A YAML or JSON file as JSON text that still knows where each value stands in the file.
package struct SourceDocument: Sendable {
    package let name: String
    package let json: JSONText
    private let positions: [String: SourceProblem.Position]

    package init(path: String) throws(SourceProblems) {
        try self.init(name: SourceFile.name(of: path), bytes: try SourceFile.read(path))
    }

    package init(name: String, bytes: [UInt8]) throws(SourceProblems) {
        self.name = name
        // JSON is YAML, but for corners such as surrogate pairs in escapes: a JSON file is read as what it says it is.
        if name.hasSuffix(".json") {
            json = try Self.strictJSON(name, bytes)
            positions = (try? Self.converted(name, bytes).positions) ?? [:]
        } else {
            let converter = try Self.converted(name, bytes)
            json = converter.json
            positions = converter.positions
        }
    }

    /// Reads the whole as a value; what is wrong is told with its place in the file.
    package func read<T: JSONReadable>(as type: T.Type = T.self) throws(SourceProblems) -> T {
        let value: JSONValue
        do throws(JSONError) {
            value = try json.parsed()
        } catch {
            throw SourceProblems(problem(at: "", "\(error)"))
        }
        do throws(JSONFieldError) {
            return try T(json: value)
        } catch {
            throw SourceProblems(problem(at: error.field, error.reason))
        }
    }

    /// A problem at `path`, placed at its nearest parent where the file does not hold it.
    package func problem(at path: String, _ message: String) -> SourceProblem {
        var nearest = path[...]
        while positions[String(nearest)] == nil, let end = nearest.lastIndex(where: { $0 == "." || $0 == "[" }) {
            nearest = nearest[..<end]
        }
        return SourceProblem(
            file: name, position: positions[String(nearest)] ?? positions[""], field: path, message: message)
    }

    private static func strictJSON(_ name: String, _ bytes: [UInt8]) throws(SourceProblems) -> JSONText {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes).root.text
        } catch {
            let position = SourceProblem.Position(of: error.offset, in: bytes)
            throw SourceProblems(
                SourceProblem(file: name, position: position, field: "", message: error.reason.rawValue))
        }
    }

    private static func converted(_ name: String, _ bytes: [UInt8]) throws(SourceProblems) -> YAMLConverter {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SourceProblems(SourceProblem(file: name, position: nil, field: "", message: "is not UTF-8"))
        }
        var converter = YAMLConverter(file: name)
        do {
            guard let root = try compose(yaml: text, .basic) else {
                throw SourceProblems(SourceProblem(file: name, position: nil, field: "", message: "is empty"))
            }
            try converter.convert(root)
            return converter
        } catch let error as YamlError {
            throw SourceProblems(SourceProblem(file: name, error))
        } catch let problems as SourceProblems {
            throw problems
        } catch {
            throw SourceProblems(SourceProblem(file: name, position: nil, field: "", message: "\(error)"))
        }
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
