import ConductorJSON
import ConductorModel

/// What a client hears from the daemon.
public enum ClientMessage: Sendable {
    /// The `result` of a reply, as an opaque value: the caller knows what it asked.
    case result(RequestID, JSONValue)
    /// An id that is nil belongs to no request: the connection itself is refused something.
    case refusal(RequestID?, Refusal)
    case notification(method: String, params: JSONValue)

    /// Reads the body of a frame.
    public init(parsing body: [UInt8]) throws(Malformed) {
        let value: JSONValue
        do throws(JSONError) {
            // What the daemon wraps around a client's own values may nest deeper than a request may.
            value = try JSONDocument(parsing: body, maximumDepth: 2 * JSONDocument.maximumDepth).root
        } catch {
            throw Malformed(reason: "\(error)")
        }
        do throws(JSONFieldError) {
            if let method = value["method"]?.string {
                guard let params = value["params"] else { throw JSONFieldError(field: "params", reason: "is required") }
                self = .notification(method: method, params: params)
                return
            }
            let id = value["id"].flatMap { $0.kind == .null ? nil : $0 }
            if let error = value["error"] {
                self = .refusal(try id.map(Self.readID), try Self.read(error, "error"))
            } else if let id, let result = value["result"] {
                self = .result(try Self.readID(id), result)
            } else {
                throw JSONFieldError(reason: "is neither a reply nor a notification")
            }
        } catch {
            throw Malformed(reason: error.field.isEmpty ? error.reason : "\(error.field) \(error.reason)")
        }
    }

    private static func readID(_ json: JSONValue) throws(JSONFieldError) -> RequestID { try read(json, "id") }

    private static func read<T: JSONReadable>(_ json: JSONValue, _ member: String) throws(JSONFieldError) -> T {
        do throws(JSONFieldError) {
            return try T(json: json)
        } catch {
            throw error.within(member)
        }
    }

    /// The other side does not speak the protocol.
    public struct Malformed: Error, Hashable, Sendable {
        public let reason: String
    }
}
