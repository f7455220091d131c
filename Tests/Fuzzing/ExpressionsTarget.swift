import ConductorEngine
import ConductorJSON
import ConductorModel

/// An object with `input`, in which expressions stand, and what they look into: `inputs`, `feedback`, `output`.
/// Anything else is a template.
enum ExpressionsTarget: FuzzTarget {
    static let name = "expressions"

    static func run(_ bytes: [UInt8]) {
        if let root = try? JSONDocument(parsing: bytes).root, let input = root["input"] {
            evaluate(input.text, in: root)
        } else {
            parse(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func parse(_ text: String) {
        guard let template = try? Template(parsing: text) else { return }
        for case .expression(let expression) in template.pieces { _ = expression.description }
        promise(!template.pieces.contains(.text("")), "an empty piece")
        // Characters that combine with a brace make another of it.
        guard !text.unicodeScalars.contains("{") else { return }
        promise(template.pieces == (text.isEmpty ? [] : [.text(text)]), "a text is not left as it is")
    }

    private static func evaluate(_ input: JSONText, in root: JSONValue) {
        let once = resolve(input, in: root)
        guard let once else { return }
        promise(once.bytes.count <= Limits.valueBytes, "larger than allowed")
        let value = promised { try JSONDocument(parsing: once.bytes).root }
        promise(value.depth <= Limits.valueDepth, "deeper than allowed")
        // However often it is asked, the answer is the same.
        guard let often = resolve(list(of: input), in: root) else { return }
        promise(often == list(of: once), "\(input) is \(once), and later \(often)")
    }

    private static func list(of text: JSONText) -> JSONText {
        var writer = JSONWriter()
        writer.beginArray()
        for _ in 0..<4 { writer.raw(text) }
        writer.endArray()
        return writer.text
    }

    private static func resolve(_ input: JSONText, in root: JSONValue) -> JSONText? {
        let now = Timestamp(microseconds: 0)
        var results: [TaskID: TaskResult] = [:]
        if let id = TaskID("a"), let agent = AgentID("agent") {
            results[id] = TaskResult(
                taskID: id, agentID: agent, status: .completed, outputData: root["output"]?.text ?? .emptyObject,
                attempt: 1, iteration: 0, startedAt: now, completedAt: now, duration: .zero)
        }
        var evaluator = ExpressionEvaluator(
            results: results, inputs: root["inputs"]?.text ?? .emptyObject, feedback: root["feedback"]?.text ?? .null)
        return try? evaluator.resolve(input)
    }
}
