import ConductorJSON
import ConductorModel
import ConductorProtocol

/// What a command prints: one JSON object, either the output itself or the members of a result.
struct CommandAnswer {
    private static let members = ["status", "output_data", "error_message", "error_code", "feedback", "metadata"]

    var status: TaskCompletion.Status?
    var output = TaskOutput()

    /// Said nothing.
    init() {}

    init(printed bytes: [UInt8]) throws(InvalidAnswer) {
        let whitespace = [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")]
        guard bytes.withoutByteOrderMark.contains(where: { !whitespace.contains($0) }) else { return }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONDocument(parsing: bytes.withoutByteOrderMark).root
        } catch {
            throw InvalidAnswer("the command must print one JSON object, or nothing: \(error)")
        }
        guard value.kind == .object else {
            throw InvalidAnswer("the command must print one JSON object, or nothing; it printed another JSON value")
        }
        do throws(JSONFieldError) {
            if Self.isResult(value) {
                try read(value)
            } else {
                output.outputData = try Self.checked(value)
            }
        } catch {
            throw InvalidAnswer("what the command printed does not serve as a result: \(error.field) \(error.reason)")
        }
    }

    /// An object with none but the members of a result, and with one that says more than metadata.
    private static func isResult(_ value: JSONValue) -> Bool {
        let keys = value.members.map(\.key)
        return keys.allSatisfy { members.contains($0) } && keys.contains { $0 != "metadata" }
    }

    private mutating func read(_ value: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(value)
        status = try fields.optional("status")
        output.outputData = try fields.object("output_data") ?? .emptyObject
        output.errorMessage = try fields.text("error_message")
        output.errorCode = try fields.text("error_code", maximumBytes: 256)
        output.feedback = try fields.sentFeedback()
        output.metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
    }

    private static func checked(_ value: JSONValue) throws(JSONFieldError) -> JSONText {
        guard value.depth <= Limits.valueDepth else {
            throw JSONFieldError(field: "it", reason: "must be at most \(Limits.valueDepth) deep")
        }
        return value.text
    }
}

/// Why what a command printed is no result; a sentence for its author.
struct InvalidAnswer: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
