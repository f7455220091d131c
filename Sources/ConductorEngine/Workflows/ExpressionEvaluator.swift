import ConductorJSON
import ConductorModel

/// Evaluates the expressions in a workflow task's input, once, before its first attempt.
package struct ExpressionEvaluator {
    /// Of the tasks that this one needs.
    let results: [TaskID: TaskResult]
    let inputs: JSONText
    let feedback: JSONText
    /// What was parsed already: many expressions may name the same output.
    private var documents: [Source: ExpressionDocument] = [:]
    /// Bytes that were read and written.
    private(set) var cost = 0

    /// Bytes that the expressions of one task may read and write.
    private static let maximumCost = 32 << 20

    private enum Source: Hashable {
        case inputs
        case feedback
        case result(TaskID)
        case output(TaskID)

        func lack(of step: Expression.Step) -> String {
            let name =
                switch step {
                case .member(let name): name
                case .element(let index): "\(index)"
                }
            return switch self {
            case .inputs: "input \(name) was not given"
            case .feedback: "the feedback has no \(name)"
            case .result(let id): "the result of task \(id) has no \(name)"
            case .output(let id): "task \(id) has no output \(name)"
            }
        }
    }

    package init(results: [TaskID: TaskResult], inputs: JSONText, feedback: JSONText) {
        self.results = results
        self.inputs = inputs
        self.feedback = feedback
    }

    package mutating func resolve(_ input: JSONText) throws(ExpressionError) -> JSONText {
        var writer = JSONWriter(reserving: input.bytes.count)
        try write(try parse(input), to: &writer)
        let resolved = writer.text
        try checkRoom(for: resolved.bytes.count)
        cost += resolved.bytes.count
        guard try parse(resolved).depth <= Limits.valueDepth else {
            throw ExpressionError("input_data nests deeper than \(Limits.valueDepth) with its expressions evaluated")
        }
        return resolved
    }

    private mutating func parse(_ text: JSONText) throws(ExpressionError) -> JSONValue {
        cost += text.bytes.count
        guard cost <= Self.maximumCost else {
            throw ExpressionError("the expressions of one task may read and write \(Self.maximumCost) bytes, not more")
        }
        do throws(JSONError) {
            return try JSONDocument(parsing: text.bytes, maximumDepth: 2 * JSONDocument.maximumDepth).root
        } catch {
            throw ExpressionError("\(error)")
        }
    }

    private mutating func write(_ value: JSONValue, to writer: inout JSONWriter) throws(ExpressionError) {
        switch value.kind {
        case .null, .bool, .number: writer.raw(value.text)
        case .string: try write(value.string ?? "", raw: value.text, to: &writer)
        case .array:
            writer.beginArray()
            for element in value.elements { try write(element, to: &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for (key, member) in value.members {
                writer.key(key)
                try write(member, to: &writer)
            }
            writer.endObject()
        }
    }

    private mutating func write(
        _ string: String, raw: JSONText, to writer: inout JSONWriter
    ) throws(ExpressionError) {
        let template = try Template(parsing: string)
        if let expression = template.onlyExpression {
            let text = try value(of: expression).text
            try checkRoom(for: writer.count + text.bytes.count)
            return writer.raw(text)
        }
        var text = ""
        for piece in template.pieces {
            switch piece {
            case .text(let words): text += words
            case .expression(let expression):
                let value = try value(of: expression)
                let words = value.string ?? value.text.string
                try checkRoom(for: writer.count + text.utf8.count + words.utf8.count)
                text += words
            }
        }
        // What holds neither an expression nor an escape stays as it was written.
        if text == string { writer.raw(raw) } else { writer.string(text) }
    }

    /// Checked before anything is copied: a short input may name a long output many times.
    private func checkRoom(for count: Int) throws(ExpressionError) {
        guard count <= Limits.valueBytes else {
            throw ExpressionError("input_data is above \(Limits.valueBytes) bytes with its expressions evaluated")
        }
    }

    private mutating func value(of expression: Expression) throws(ExpressionError) -> JSONValue {
        let source: Source
        let root: () -> JSONText
        var path = expression.path[...]
        switch expression.root {
        case .inputs: (source, root) = (.inputs, { [inputs] in inputs })
        case .feedback: (source, root) = (.feedback, { [feedback] in feedback })
        case .task(let id):
            guard let result = results[id] else { throw ExpressionError("task \(id) has no result") }
            // The output is by far the most asked for, and the largest.
            if path.first == .member("output_data") {
                (source, root) = (.output(id), { result.outputData })
                path = path.dropFirst()
            } else {
                (source, root) = (.result(id), { result.jsonText })
            }
        }
        if documents[source] == nil { documents[source] = ExpressionDocument(try parse(root())) }
        guard var value = documents[source]?.root else { throw ExpressionError("\(expression): cannot be read") }
        for (depth, step) in path.enumerated() {
            guard let next = documents[source]?.value(step, of: value) else {
                let reason = depth == 0 ? source.lack(of: step) : step.lack
                throw ExpressionError("\(expression): \(reason)")
            }
            value = next
        }
        return value
    }
}

extension Expression.Step {
    /// What is said where a value has no such member or element.
    fileprivate var lack: String {
        switch self {
        case .member(let name): "there is no member \(name.excerpt()) in it"
        case .element(let index): "there is no element \(index) in it"
        }
    }
}

extension JSONText {
    /// `{{` cannot stand in JSON but within a string; without it there is nothing to evaluate.
    var mayHoldExpressions: Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "{") && $1 == UInt8(ascii: "{") }
            || bytes.contains(UInt8(ascii: "\\"))
    }
}
