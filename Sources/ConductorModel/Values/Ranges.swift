import ConductorJSON

/// Numbers out of their range are refused where they are read.
extension JSONFields {
    public mutating func integer(_ key: StaticString, in range: ClosedRange<Int>) throws(JSONFieldError) -> Int? {
        guard let value = try optional(key, as: Int.self) else { return nil }
        guard range.contains(value) else {
            throw JSONFieldError(
                field: "\(key)", reason: "must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A count, or a number that others follow: within `Limits.counts`, so that it can be added to.
    public mutating func count(_ key: StaticString, default fallback: Int? = nil) throws(JSONFieldError) -> Int {
        if let value = try integer(key, in: Limits.counts) ?? fallback { return value }
        throw JSONFieldError(field: "\(key)", reason: "is required")
    }

    public mutating func number(_ key: StaticString, in range: ClosedRange<Double>) throws(JSONFieldError) -> Double? {
        guard let value = try optional(key, as: Double.self) else { return nil }
        guard range.contains(value) else {
            throw JSONFieldError(
                field: "\(key)",
                reason: "must be a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))")
        }
        return value
    }

    /// A duration in seconds.
    public mutating func duration(
        _ key: StaticString, in range: ClosedRange<Double>
    ) throws(JSONFieldError) -> Duration? {
        try number(key, in: range).map { Duration(inSeconds: $0) }
    }

    /// Any JSON object, kept as it was written.
    public mutating func object(
        _ key: StaticString, maximumBytes: Int = Limits.valueBytes, maximumDepth: Int = Limits.valueDepth
    ) throws(JSONFieldError) -> JSONText? {
        try objectValue(key, maximumBytes: maximumBytes, maximumDepth: maximumDepth)?.text
    }

    /// Any JSON object, where it stands.
    public mutating func objectValue(
        _ key: StaticString, maximumBytes: Int = Limits.valueBytes, maximumDepth: Int = Limits.valueDepth
    ) throws(JSONFieldError) -> JSONValue? {
        try opaque(key, .object, "must be an object", maximumBytes, maximumDepth)
    }

    /// Any JSON array, kept as it was written.
    public mutating func array(
        _ key: StaticString, maximumBytes: Int = Limits.valueBytes, maximumDepth: Int = Limits.valueDepth
    ) throws(JSONFieldError) -> JSONText? {
        try opaque(key, .array, "must be an array", maximumBytes, maximumDepth)?.text
    }

    private mutating func opaque(
        _ key: StaticString, _ kind: JSONKind, _ expectation: String, _ maximumBytes: Int, _ maximumDepth: Int
    ) throws(JSONFieldError) -> JSONValue? {
        guard let value = take(key), value.kind != .null else { return nil }
        guard value.kind == kind else { throw JSONFieldError(field: "\(key)", reason: expectation) }
        guard value.byteCount <= maximumBytes else {
            throw JSONFieldError(field: "\(key)", reason: "must be at most \(maximumBytes) bytes")
        }
        guard value.depth <= maximumDepth else {
            throw JSONFieldError(field: "\(key)", reason: "must be at most \(maximumDepth) deep")
        }
        return value
    }

    /// A name for people; agents find it in their environment, where no NUL can be.
    public mutating func name(_ key: StaticString = "name") throws(JSONFieldError) -> String? {
        guard let name = try text(key) else { return nil }
        guard !name.utf8.contains(0) else { throw JSONFieldError(field: "\(key)", reason: "must not contain a NUL") }
        return name
    }

    /// Text for people, of bounded length.
    public mutating func text(
        _ key: StaticString, maximumBytes: Int = Limits.textBytes
    ) throws(JSONFieldError) -> String? {
        guard let value = try optional(key, as: String.self) else { return nil }
        guard value.utf8.count <= maximumBytes else {
            throw JSONFieldError(field: "\(key)", reason: "must be at most \(maximumBytes) bytes")
        }
        return value
    }
}

private func plain(_ value: Double) -> String {
    Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}
