import ConductorJSON

/// A line that an attempt logged.
public struct LogLine: Hashable, Sendable {
    /// Counts from 1 in each attempt; a gap tells of lines that are not kept.
    public var number: Int
    public var timestamp: Timestamp
    public var stream: String
    public var text: String

    public init(number: Int, timestamp: Timestamp, stream: String, text: String) {
        self.number = number
        self.timestamp = timestamp
        self.stream = stream
        self.text = text
    }
}

extension LogLine: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        number = try fields.required("number")
        timestamp = try fields.required("timestamp")
        stream = try fields.required("stream")
        text = try fields.required("line")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("number", number)
            writer.member("timestamp", timestamp)
            writer.member("stream", stream)
            writer.member("line", text)
        }
    }
}

/// Which lines of an attempt.
public struct LogRange: Hashable, Sendable {
    public enum Start: Hashable, Sendable {
        /// The lines that follow this number.
        case after(Int)
        /// So many, to the end.
        case last(Int)
    }

    public var start: Start
    /// As many at most.
    public var limit: Int

    public init(_ start: Start = .after(0), limit: Int = Limits.pageSize) {
        self.start = start
        self.limit = limit
    }
}
