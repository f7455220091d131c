/// A member that is missing, unknown, or not what was expected, named by its path.
public struct JSONFieldError: Error, Hashable, Sendable {
    /// Dotted from where reading began: `tasks[0].needs[1]`; empty for that value itself.
    public private(set) var field: String
    /// What was expected, for people.
    public let reason: String

    /// The reason against a member that nobody asked for.
    package static let unknownKey = "is an unknown key"

    public init(field: String = "", reason: String) {
        self.field = field
        self.reason = reason
    }

    /// The same error, seen from the value that contains the one it was found in.
    public func within(_ parent: String) -> JSONFieldError {
        var error = self
        if field.isEmpty {
            error.field = parent
        } else {
            error.field = field.hasPrefix("[") ? parent + field : parent + "." + field
        }
        return error
    }
}

/// Reads an object member by member and refuses what nobody asked for, so that a typo does not pass.
///
///     var fields = try JSONFields(value)
///     name = try fields.required("name")
///     cursor = try fields.optional("cursor")
///     try fields.end()
///
/// An optional member whose value is null counts as absent.
public struct JSONFields {
    private let object: JSONValue
    /// Tape positions of the keys; those taken are negative.
    private var keys: [Int] = []

    public init(_ value: JSONValue) throws(JSONFieldError) {
        guard value.kind == .object else { throw JSONFieldError(reason: "must be an object") }
        object = value
        let nodes = value.document.nodes
        let end = Int(nodes[value.index].next)
        var index = value.index + 1
        keys.reserveCapacity(min((end - index) / 2, 16))
        while index < end {
            keys.append(index)
            index = Int(nodes[index + 1].next)
        }
    }

    public mutating func required<T: JSONReadable>(
        _ key: StaticString, as type: T.Type = T.self
    ) throws(JSONFieldError) -> T {
        guard let value = take(key) else {
            throw JSONFieldError(field: "\(key)", reason: "is required")
        }
        return try read(value, key)
    }

    public mutating func optional<T: JSONReadable>(
        _ key: StaticString, as type: T.Type = T.self
    ) throws(JSONFieldError) -> T? {
        guard let value = take(key), value.kind != .null else { return nil }
        return try read(value, key) as T
    }

    public mutating func value<T: JSONReadable>(
        _ key: StaticString, default fallback: @autoclosure () -> T
    ) throws(JSONFieldError) -> T {
        try optional(key) ?? fallback()
    }

    /// Refuses members that were not read, unless the document ignores such.
    public func end() throws(JSONFieldError) {
        switch object.document.unknownMembers {
        case .ignored: return
        case .refused: break
        }
        guard let stranger = keys.first(where: { $0 >= 0 }) else { return }
        let name = JSONValue(document: object.document, index: stranger).string ?? ""
        throw JSONFieldError(field: name.excerpt(), reason: JSONFieldError.unknownKey)
    }

    /// The raw value of a member, taken as read.
    public mutating func take(_ key: StaticString) -> JSONValue? {
        let name = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        let slot = keys.firstIndex { $0 >= 0 && object.document.isString(at: $0, name) }
        guard let slot else { return nil }
        defer { keys[slot] = -1 }
        return JSONValue(document: object.document, index: keys[slot] + 1)
    }

    private func read<T: JSONReadable>(_ value: JSONValue, _ key: StaticString) throws(JSONFieldError) -> T {
        do throws(JSONFieldError) {
            return try T(json: value)
        } catch {
            throw error.within("\(key)")
        }
    }
}
