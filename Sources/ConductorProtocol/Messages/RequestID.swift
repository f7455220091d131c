import ConductorJSON
import ConductorModel

/// How a request is told from others of the same sender.
public enum RequestID: Hashable, Sendable {
    case string(String)
    case integer(Int64)
}

extension RequestID: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        if let string = json.string {
            guard string.utf8.count <= Limits.requestIDBytes else {
                throw JSONFieldError(reason: "must be at most \(Limits.requestIDBytes) bytes")
            }
            self = .string(string)
        } else if let integer = json.integer {
            self = .integer(integer)
        } else {
            throw JSONFieldError(reason: "must be a string or an integer of 64 bits")
        }
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .string(let string): writer.string(string)
        case .integer(let integer): writer.integer(integer)
        }
    }
}
