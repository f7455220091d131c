import ConductorJSON

/// `${{ tasks.ID.output_data.path }}`, `${{ inputs.NAME }}` or `${{ feedback }}` in a workflow task's input.
public struct Expression: Hashable, Sendable {
    public enum Root: Hashable, Sendable {
        /// The result of another task of the workflow.
        case task(TaskID)
        /// What the run was given.
        case inputs
        /// What the feedback loop brings; null in the first iteration.
        case feedback
    }

    public enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    public let root: Root
    public let path: [Step]

    /// What stands between `${{` and `}}`.
    public init(parsing text: Substring) throws(ExpressionError) {
        var parser = ExpressionParser(text)
        (root, path) = try parser.parse()
    }
}

/// Why an expression cannot be read or evaluated; a sentence for its author.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// A string cut at its expressions.
public struct Template: Sendable {
    public enum Piece: Hashable, Sendable {
        case text(String)
        case expression(Expression)
    }

    public let pieces: [Piece]

    /// The expression, where the string is nothing else: it then takes the value's own type.
    public var onlyExpression: Expression? {
        guard pieces.count == 1, case .expression(let expression) = pieces[0] else { return nil }
        return expression
    }

    /// In front of `{{`, two dollar signs are the escape for one: `$${{` is the text `${{`, and `$$${{ x }}` a dollar
    /// sign before an expression.
    public init(parsing string: String) throws(ExpressionError) {
        var pieces: [Piece] = []
        var text = ""
        var rest = string[...]
        while let (before, after) = rest.split(at: "${{") {
            let dollars = before.utf8.reversed().prefix { $0 == UInt8(ascii: "$") }.count + 1
            text += Substring(before.utf8.dropLast(dollars - 1)) + String(repeating: "$", count: dollars / 2)
            rest = after
            guard dollars % 2 == 1 else {
                text += "{{"
                continue
            }
            guard let (body, remainder) = after.split(at: "}}") else { throw ExpressionError("\"${{\" without \"}}\"") }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            pieces.append(.expression(try Expression(parsing: body)))
            rest = remainder
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }
}

extension Substring {
    /// What stands before and behind the first `mark`, which is ASCII: found by its bytes, whatever character
    /// Unicode makes of it together with the next.
    fileprivate func split(at mark: String) -> (before: Substring, after: Substring)? {
        var start = startIndex
        while let found = utf8[start...].firstIndex(where: { $0 == mark.utf8.first }) {
            if utf8[found...].starts(with: mark.utf8) {
                return (self[..<found], self[utf8.index(found, offsetBy: mark.utf8.count)...])
            }
            start = utf8.index(after: found)
        }
        return nil
    }
}

private struct ExpressionParser {
    private let whole: Substring
    private var rest: Substring

    init(_ text: Substring) {
        whole = text
        rest = text
        trim()
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
    }

    mutating func parse() throws(ExpressionError) -> (Expression.Root, [Expression.Step]) {
        switch name() {
        case "tasks":
            let first: String
            switch try step() {
            case .member(let name): first = name
            case .element, nil: throw error("\"tasks\" is followed by the id of a task")
            }
            guard let id = TaskID(first) else { throw error("\"\(first.excerpt())\" is not the id of a task") }
            return (.task(id), try steps())
        case "inputs": return (.inputs, try steps())
        case "feedback": return (.feedback, try steps())
        default: throw error("an expression begins with tasks, inputs or feedback")
        }
    }

    private mutating func steps() throws(ExpressionError) -> [Expression.Step] {
        var steps: [Expression.Step] = []
        while let step = try step() { steps.append(step) }
        return steps
    }

    /// `.name`, `[3]`, `['any name']` or `["any name"]`; nil at the end.
    private mutating func step() throws(ExpressionError) -> Expression.Step? {
        guard let mark = rest.popFirst() else { return nil }
        if mark == "." {
            let name = name()
            guard !name.isEmpty else { throw error("a name follows \".\"") }
            return .member(name)
        }
        guard mark == "[" else { throw error("\".\" or \"[\" was expected before \"\(mark)\"") }
        let content: Expression.Step
        if let quote = rest.first, quote == "'" || quote == "\"" {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: quote) else { throw error("a quote is not closed") }
            content = .member(String(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        } else {
            let digits = rest.prefix { $0.isNumber }
            guard let index = Int(digits) else { throw error("a number or a quoted name follows \"[\"") }
            content = .element(index)
            rest = rest.dropFirst(digits.count)
        }
        guard rest.popFirst() == "]" else { throw error("\"]\" is missing") }
        return content
    }

    private mutating func name() -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private mutating func trim() {
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    }

    private func error(_ reason: String) -> ExpressionError {
        ExpressionError("${{\(whole.excerpt())}}: \(reason)")
    }
}

extension Expression: CustomStringConvertible {
    public var description: String {
        let name: String
        switch root {
        case .task(let id): name = "tasks['\(id)']"
        case .inputs: name = "inputs"
        case .feedback: name = "feedback"
        }
        return path.reduce(into: "${{ \(name)") { text, step in
            switch step {
            case .member(let member): text += "['\(member.excerpt())']"
            case .element(let index): text += "[\(index)]"
            }
        } + " }}"
    }
}
