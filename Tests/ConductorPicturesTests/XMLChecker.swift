/// Whether text is well-formed XML, as far as pictures use it: elements, quoted attributes, character references. Nil, or
/// what is wrong with it.
struct XMLChecker {
    private var rest: Substring.UnicodeScalarView
    private var open: [String] = []
    private var hasRoot = false

    static func problem(in text: String) -> String? {
        var checker = XMLChecker(rest: text[...].unicodeScalars)
        do throws(Problem) {
            try checker.check()
            return nil
        } catch {
            let near = String(String.UnicodeScalarView(checker.rest.prefix(60)))
            return "\(error.text), in \(checker.open.joined(separator: "/")), before: \(near)"
        }
    }

    private struct Problem: Error {
        let text: String
    }

    private mutating func check() throws(Problem) {
        if skip("<!DOCTYPE html>\n") { hasRoot = false }
        while let scalar = rest.first {
            if scalar == "<" {
                if skip("</") { try endTag() } else { try startTag() }
            } else if open.last == "style" {
                guard scalar != "&" else { throw Problem(text: "an ampersand in a stylesheet") }
                rest.removeFirst()
            } else {
                if open.isEmpty, scalar != "\n" { throw Problem(text: "text outside of the root") }
                try character()
            }
        }
        guard open.isEmpty else { throw Problem(text: "elements that do not end") }
    }

    private mutating func startTag() throws(Problem) {
        rest.removeFirst()
        if open.isEmpty, hasRoot { throw Problem(text: "a second root") }
        hasRoot = true
        let element = try name()
        var attributes = Set<String>()
        while !skip("/>") {
            if skip(">") {
                open.append(element)
                return
            }
            guard skip(" ") else { throw Problem(text: "no space before an attribute") }
            guard attributes.insert(try name()).inserted else { throw Problem(text: "an attribute twice") }
            guard skip("=\"") else { throw Problem(text: "an attribute without quotes") }
            while !skip("\"") {
                guard let scalar = rest.first, scalar != "\n" else { throw Problem(text: "an open attribute") }
                try character()
            }
        }
    }

    private mutating func endTag() throws(Problem) {
        let element = try name()
        guard open.popLast() == element, skip(">") else { throw Problem(text: "</\(element)> ends another") }
    }

    private mutating func name() throws(Problem) -> String {
        let name = rest.prefix {
            $0.isASCII && ($0.properties.isAlphabetic || "-:0123456789".unicodeScalars.contains($0))
        }
        guard let first = name.first, first.properties.isAlphabetic else { throw Problem(text: "a name is missing") }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private mutating func character() throws(Problem) {
        guard let scalar = rest.popFirst() else { return }
        switch scalar {
        case "<", "\"", ">": throw Problem(text: "an unescaped \(scalar)")
        case "&":
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { skip($0) }
            guard known else { throw Problem(text: "an unknown reference") }
        case "\n": break
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                guard scalar == "\u{200D}" else { throw Problem(text: "a hidden character") }
            default: break
            }
            guard scalar.value & 0xFFFE != 0xFFFE else { throw Problem(text: "a character that XML does not allow") }
        }
    }

    private mutating func skip(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest = rest.dropFirst(text.unicodeScalars.count)
        return true
    }
}
