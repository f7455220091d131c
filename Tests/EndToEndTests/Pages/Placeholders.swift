import ConductorJSON
import ConductorModel

/// What stands for values that differ from run to run: `<name>`, bound where it first stands, and `...` for the rest.
struct Placeholders {
    private static let rest = "..."

    private var values: [String: JSONText] = [:]

    /// A text to send, with the values that are bound.
    func filled(_ text: String) -> String {
        values.reduce(text) { text, bound in
            text.replacing("\"<\(bound.key)>\"", with: bound.value.string)
                .replacing("<\(bound.key)>", with: bound.value.string)
        }
    }

    /// Binds what is new in `pattern`, and says where `frame` differs from it.
    mutating func match(_ pattern: String, _ frame: String) throws -> [String] {
        var differences: [String] = []
        let expected = try JSONText(parsing: Self.json(pattern)).parsed()
        compare(expected, try JSONText(parsing: frame).parsed(), at: "", &differences)
        return differences
    }

    private mutating func compare(
        _ expected: JSONValue, _ actual: JSONValue, at path: String, _ differences: inout [String]
    ) {
        if let match = expected.string?.wholeMatch(of: /<(#?)(\w+)>/) {
            let isText = match.1.isEmpty
            if (actual.kind == .string) == isText, fits(String(match.2), actual) { return }
            differences.append("\(path) is \(actual.text.string), which is not \(expected.text.string)")
            return
        }
        switch expected.kind {
        case .object where actual.kind == .object: compareMembers(expected, actual, at: path, &differences)
        case .array where actual.kind == .array:
            var elements = Array(expected.elements)
            let others = Array(actual.elements)
            let isOpen = elements.last?.string == Self.rest
            if isOpen { elements.removeLast() }
            if elements.count > others.count || !isOpen && elements.count < others.count {
                differences.append("\(path) has \(others.count) elements")
            }
            for (index, pair) in zip(elements, others).enumerated() {
                compare(pair.0, pair.1, at: "\(path)[\(index)]", &differences)
            }
        case .null, .bool, .number, .string, .array, .object:
            if !expected.isEquivalent(to: actual) {
                differences.append("\(path) is \(actual.text.string), not \(expected.text.string)")
            }
        }
    }

    private mutating func compareMembers(
        _ expected: JSONValue, _ actual: JSONValue, at path: String, _ differences: inout [String]
    ) {
        for (key, value) in expected.members where key != Self.rest {
            if let other = actual[key] {
                compare(value, other, at: "\(path).\(key)", &differences)
            } else {
                differences.append("\(path).\(key) is missing")
            }
        }
        guard expected[Self.rest] == nil else { return }
        for (key, value) in actual.members where expected[key] == nil {
            differences.append("\(path).\(key) is there: \(value.text.string)")
        }
    }

    private mutating func fits(_ name: String, _ value: JSONValue) -> Bool {
        switch name {
        case "time": return (try? Timestamp(json: value)) != nil
        case "seconds": return value.double.map { $0 >= 0 } ?? false
        default:
            let bound = values[name] ?? value.text
            values[name] = bound
            return bound == value.text
        }
    }

    /// A pattern as JSON: outside of strings `<name>` becomes `"<#name>"`, and `...` a member or an element of that name.
    private static func json(_ pattern: String) -> String {
        var json = ""
        var brackets: [Character] = []
        var isInString = false
        var rest = pattern[...]
        while let character = rest.first {
            if !isInString, rest.hasPrefix(Self.rest) {
                json += brackets.last == "{" ? "\"...\":null" : "\"...\""
                rest.removeFirst(3)
                continue
            }
            rest.removeFirst()
            if isInString {
                json.append(character)
                if character == "\\", let escaped = rest.popFirst() { json.append(escaped) }
                isInString = character != "\""
                continue
            }
            switch character {
            case "<": json += "\"<#"
            case ">": json += ">\""
            case "{", "[":
                brackets.append(character)
                json.append(character)
            case "}", "]":
                _ = brackets.popLast()
                json.append(character)
            default:
                isInString = character == "\""
                json.append(character)
            }
        }
        return json
    }
}
