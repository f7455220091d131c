import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A method's name, a line feed, and its parameters. What is read and written is read as the same again.
enum RequestsTarget: FuzzTarget {
    static let name = "requests"

    static func run(_ bytes: [UInt8]) {
        _ = try? ClientMessage(parsing: bytes)
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        let name = String(decoding: parts[0], as: UTF8.self)
        guard let document = try? JSONDocument(parsing: Array(parts[1]), maximumDepth: Limits.depth) else { return }
        if let method = Method.named(name) {
            guard let request = try? method.request(document.root) else { return }
            look(at: request)
            check(request, of: method)
        } else if name == "task.result" {
            guard let result = try? TaskResult(json: document.root) else { return }
            checkCoding(of: result)
        } else if name == "task.assignment" {
            guard let assignment = try? TaskAssignment(json: document.root) else { return }
            checkCoding(of: assignment)
        } else if let report = try? AttemptReport(json: document.root) {
            checkCoding(of: report)
        }
    }

    /// All that is asked of any request before it is handled.
    private static func look(at request: Request) {
        _ = request.requiredRole
        _ = request.highestPriority
        _ = request.isQuery
        _ = request.scope
    }

    private static func check(_ request: Request, of method: Method) {
        let body = Message.request(request, id: .integer(1))
        guard let params = promised({ try JSONDocument(parsing: body, maximumDepth: 2 * Limits.depth).root })["params"]
        else { fatalError("a request without parameters") }
        let again = promised { try method.request(params) }
        promise("\(again.methodName)" == "\(method.name)", "another method")
        promise(Message.request(again, id: .integer(1)) == body, "\(method.name) is not read as it was written")
    }

    private static func checkCoding<Value: JSONReadable & JSONWritable>(of value: Value) {
        let text = value.jsonText
        let again = promised { try Value(json: JSONDocument(parsing: text.bytes, maximumDepth: 2 * Limits.depth).root) }
        promise(again.jsonText == text, "\(text) is read as \(again.jsonText)")
    }
}
