import ConductorJSON

extension BridgePacket {
    /// Why a packet is left out.
    enum Malformed: Error, CustomStringConvertible {
        case unknownHost
        case tooLong(bytes: Int)
        case notJSON(JSONError)
        case notMessage(JSONFieldError)

        var description: String {
            switch self {
            case .unknownHost: "it is not configured as a host of this one"
            case .tooLong(let bytes): "a message of \(bytes) bytes is too long"
            case .notJSON(let error): "\(error)"
            case .notMessage(let error): "\(error.field) \(error.reason)"
            }
        }
    }

    /// The other bridge may be newer: members that are not known are passed over.
    func json(maximumBytes: Int) throws(Malformed) -> JSONValue {
        guard body.count <= maximumBytes else { throw .tooLong(bytes: body.count) }
        do throws(JSONError) {
            return try JSONDocument(parsing: body, unknownMembers: .ignored).root
        } catch {
            throw .notJSON(error)
        }
    }

    func message<Message: JSONReadable>(_ json: JSONValue) throws(Malformed) -> Message {
        do throws(JSONFieldError) {
            return try Message(json: json)
        } catch {
            throw .notMessage(error)
        }
    }
}
