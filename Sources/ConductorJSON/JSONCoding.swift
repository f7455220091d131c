/// A value that can be read from JSON; errors name the member and what was expected.
public protocol JSONReadable {
    init(json: JSONValue) throws(JSONFieldError)
}

/// A value that can be written as JSON.
public protocol JSONWritable {
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    /// The value as a text of its own.
    public var jsonText: JSONText {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }
}

extension String: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let string = json.string else { throw JSONFieldError(reason: "must be a string") }
        self = string
    }

    public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let bool = json.bool else { throw JSONFieldError(reason: "must be true or false") }
        self = bool
    }

    public func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension Int64: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let integer = json.integer else { throw JSONFieldError(reason: "must be an integer") }
        self = integer
    }

    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Int: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        self = Int(try Int64(json: json))
    }

    public func write(to writer: inout JSONWriter) { writer.integer(Int64(self)) }
}

extension Double: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard let double = json.double else { throw JSONFieldError(reason: "must be a number") }
        self = double
    }

    public func write(to writer: inout JSONWriter) { writer.double(self) }
}

extension Array: JSONReadable where Element: JSONReadable {
    public init(json: JSONValue) throws(JSONFieldError) {
        guard json.kind == .array else { throw JSONFieldError(reason: "must be an array") }
        self = []
        for element in json.elements {
            do throws(JSONFieldError) {
                append(try Element(json: element))
            } catch {
                throw error.within("[\(count)]")
            }
        }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { writer.element(element) }
        writer.endArray()
    }
}
