import ConductorJSON
import ConductorModel

/// What a workflow's expressions ask of a run's inputs.
package struct ExpectedInputs: Sendable {
    /// By an expression of each, sorted.
    package var names: [String] { all.sorted() }
    private var all: Set<String> = []
    /// Those without which a task would fail: one that a phase takes.
    private var required: Set<String> = []
    /// An expression takes the inputs as a whole, so that any name may be of use.
    package private(set) var takesAny = false

    package init(_ definition: WorkflowDefinition) {
        for task in definition.tasks {
            let named = note(Self.expressions(in: try? task.inputData.parsed()))
            if definition.takes(task) { required.formUnion(named) }
        }
        // An output without its input is left out, and fails nothing.
        for output in definition.outputs { _ = note(Self.expressions(in: output.template)) }
    }

    /// - Returns: the inputs that they name.
    private mutating func note(_ expressions: [Expression]) -> Set<String> {
        var named: Set<String> = []
        for expression in expressions where expression.root == .inputs {
            guard case .member(let name)? = expression.path.first else {
                takesAny = true
                continue
            }
            named.insert(name)
        }
        all.formUnion(named)
        return named
    }

    /// Throws where a task would fail for want of an input, or where `--set` gives what nothing asks for. Further members
    /// of a file are allowed: it may serve several workflows.
    ///
    /// - Parameters:
    ///   - given: All names that have a value.
    ///   - set: Those that were named on the command line.
    package func check(given: [String], set: [String]) throws(UnexpectedInputs) {
        let missing = names.filter { required.contains($0) && !given.contains($0) }
        let unknown = takesAny ? [] : set.filter { !names.contains($0) }
        guard missing.isEmpty, unknown.isEmpty else {
            throw UnexpectedInputs(missing: missing, unknown: unknown, expected: names, unused: given)
        }
    }

    private static func expressions(in value: JSONValue?) -> [Expression] {
        guard let value else { return [] }
        switch value.kind {
        case .null, .bool, .number: return []
        case .string: return value.string.map(expressions) ?? []
        case .array: return value.elements.flatMap(expressions)
        case .object: return value.members.flatMap { expressions(in: $0.value) }
        }
    }

    private static func expressions(in text: String) -> [Expression] {
        guard let template = try? Template(parsing: text) else { return [] }
        return template.pieces.compactMap { piece in
            switch piece {
            case .text: nil
            case .expression(let expression): expression
            }
        }
    }
}

/// A run's inputs are not those that its workflow asks for.
package struct UnexpectedInputs: Error, Hashable, CustomStringConvertible {
    /// Asked for by expressions, and not given.
    let missing: [String]
    /// Given by `--set`, and asked for by no expression.
    let unknown: [String]
    let expected: [String]
    /// What was given, among which a misspelt name may be.
    let unused: [String]

    package var description: String {
        let unknown = unknown.map { name in
            "unknown input \(name)" + Self.question(name.mostSimilar(among: expected))
        }
        let missing = missing.map { name in
            "input \(name) was not given (--set \(name)=…)"
                + Self.question(name.mostSimilar(among: unused.filter { !expected.contains($0) }), "is it")
        }
        let known = expected.isEmpty ? "none" : expected.joined(separator: ", ")
        return (unknown + missing + ["inputs of this workflow: \(known)"]).joined(separator: "\n")
    }

    private static func question(_ name: String?, _ words: String = "did you mean") -> String {
        name.map { "; \(words) \($0)?" } ?? ""
    }
}
