import ConductorJSON
import ConductorModel

/// Names a request of a worker's bridge; a repeat has the same name.
public struct RequestName: Hashable, Sendable {
    /// Of the worker's bridge: another one after each start.
    public let session: Int
    /// Counts the requests of the session to one owner, from 1.
    public let number: Int

    public init(session: Int, number: Int) {
        self.session = session
        self.number = number
    }

    init(_ fields: inout JSONFields) throws(JSONFieldError) {
        session = try fields.number("session")
        number = try fields.number("number")
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("session", session)
        writer.member("number", number)
    }
}

extension JSONFields {
    mutating func number(_ key: StaticString) throws(JSONFieldError) -> Int {
        guard let value = try integer(key, in: BridgeLimits.numbers) else {
            throw JSONFieldError(field: "\(key)", reason: "is required")
        }
        return value
    }

    mutating func bounded<Element: JSONReadable>(
        _ key: StaticString, maximumCount: Int
    ) throws(JSONFieldError) -> [Element] {
        let elements = try required(key, as: [Element].self)
        guard elements.count <= maximumCount else {
            throw JSONFieldError(field: "\(key)", reason: "must have at most \(maximumCount) elements")
        }
        return elements
    }
}
