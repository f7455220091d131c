import ConductorJSON
import ConductorModel

/// Evaluates the expressions in a workflow task's input, once, before its first attempt; and those of its outputs, when it
/// ends.
package struct ExpressionEvaluator {
    /// Of the tasks that are named.
    let results: [TaskID: TaskResult]
    let inputs: JSONText
    let feedback: JSONText
    /// What was parsed already: many expressions may name the same output.
    private var documents: [Source: ExpressionDocument] = [:]
    /// Bytes that were read and written.
    private(set) var cost = 0

    private let bounds: Bounds

    private struct Bounds {
        /// For messages.
        let subject: String, owner: String
        let bytes: Int
        /// Bytes that may be read and written.
        let cost: Int

        static let input = Bounds(
            subject: "input_data", owner: "one task", bytes: Limits.valueBytes, cost: 32 << 20)
        static let outputs = Bounds(
            subject: "the outputs of the workflow", owner: "a workflow's outputs", bytes: Limits.metadataBytes,
            cost: 4 << 20)
    }

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
        self.init(results: results, inputs: inputs, feedback: feedback, bounds: .input)
    }

    private init(results: [TaskID: TaskResult], inputs: JSONText, feedback: JSONText, bounds: Bounds) {
        self.results = results
        self.inputs = inputs
        self.feedback = feedback
        self.bounds = bounds
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
        guard cost <= bounds.cost else {
            throw ExpressionError(
                "the expressions of \(bounds.owner) may read and write \(bounds.cost) bytes, not more")
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
        guard count <= bounds.bytes else {
            throw ExpressionError("\(bounds.subject) is above \(bounds.bytes) bytes with its expressions evaluated")
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

extension ExpressionEvaluator {
    /// What the outputs of a workflow come to: each by itself, so that what leads nowhere takes none of the others with it.
    ///
    /// - Parameter results: Of the tasks that they name.
    /// - Returns: the outputs, and the bytes that were read and written.
    static func outputs(
        _ definitions: [OutputDefinition], results: [TaskID: TaskResult], inputs: JSONText, feedback: JSONText
    ) -> (WorkflowOutputs, cost: Int) {
        var evaluator = ExpressionEvaluator(results: results, inputs: inputs, feedback: feedback, bounds: .outputs)
        var values = JSONWriter()
        var missing: [WorkflowOutputs.Missing] = []
        values.beginObject()
        for definition in definitions {
            do throws(ExpressionError) {
                let value = try evaluator.value(of: definition)
                try evaluator.checkRoom(for: values.count + value.bytes.count + definition.name.utf8.count)
                values.member(definition.name, value)
            } catch {
                let reason = error.description.excerpt(maximumBytes: longestReason)
                missing.append(WorkflowOutputs.Missing(name: definition.name, reason: reason))
            }
        }
        values.endObject()
        return (WorkflowOutputs(values: values.text, missing: missing), evaluator.cost)
    }

    private static let longestReason = 512

    private mutating func value(of output: OutputDefinition) throws(ExpressionError) -> JSONText {
        var writer = JSONWriter()
        try write(output.template, raw: output.template.jsonText, to: &writer)
        let value = writer.text
        guard try parse(value).depth < Limits.valueDepth else {
            throw ExpressionError("it nests deeper than \(Limits.valueDepth - 1)")
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
