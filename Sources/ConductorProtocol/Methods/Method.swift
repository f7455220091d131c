import ConductorJSON
import ConductorModel

/// The description of a method as a value, for what handles all of them alike.
public struct Method: Sendable {
    /// On the wire.
    public let name: StaticString
    public let requiredRole: Role
    public let isForSubmitters: Bool
    public let changesState: Bool
    private let read: @Sendable (inout JSONFields) throws(JSONFieldError) -> Request

    /// - Parameter request: Makes the request of what was read.
    init<M: RemoteMethod>(_ method: M.Type, _ request: @escaping @Sendable (M.Params) -> Request) {
        name = M.name
        requiredRole = M.requiredRole
        isForSubmitters = M.isForSubmitters
        changesState = M.changesState
        read = { fields throws(JSONFieldError) in request(try M.read(&fields)) }
    }

    /// Reads the parameters of a request.
    ///
    /// - Parameter params: An object; nil where the request had none.
    /// - Throws: What is missing, wrong, or not known to the method.
    public func request(_ params: JSONValue?) throws(JSONFieldError) -> Request {
        guard let params = params ?? Self.noParams else { throw JSONFieldError(reason: "are required") }
        var fields = try JSONFields(params)
        let request = try read(&fields)
        try fields.end()
        return request
    }

    private static let noParams = try? JSONText.emptyObject.parsed()
}

extension Method {
    /// By the bytes of its name.
    public static func named(_ name: UnsafeBufferPointer<UInt8>) -> Method? {
        var candidates = 0..<sorted.count
        while !candidates.isEmpty {
            let middle = (candidates.lowerBound + candidates.upperBound) / 2
            let candidate = sorted[middle].nameBytes
            if candidate.count == name.count, candidate.elementsEqual(name) { return sorted[middle] }
            if candidate.lexicographicallyPrecedes(name) {
                candidates = middle + 1..<candidates.upperBound
            } else {
                candidates = candidates.lowerBound..<middle
            }
        }
        return nil
    }

    public static func named(_ name: String) -> Method? {
        var name = name
        return name.withUTF8 { named($0) }
    }

    private static let sorted = all.sorted { $0.nameBytes.lexicographicallyPrecedes($1.nameBytes) }

    private var nameBytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
}

extension Method: CustomStringConvertible {
    public var description: String { "\(name)" }
}
