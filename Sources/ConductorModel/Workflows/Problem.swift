import ConductorJSON

/// What is wrong with a definition, and where.
public struct Problem: Error, Hashable {
    /// Dotted from the definition: `tasks[0].needs[1]`.
    public var path: String
    public var message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

extension Problem: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        path = try fields.required("path")
        message = try fields.required("message")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("path", path)
            writer.member("message", message)
        }
    }
}
