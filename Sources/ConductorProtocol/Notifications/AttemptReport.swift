import ConductorJSON
import ConductorModel

/// What an agent says of an attempt at work, without asking for an answer.
public struct AttemptReport: JSONReadable, JSONWritable, Sendable {
    public enum Content: Sendable {
        case progress(percent: Double?, message: String?)
        case log(stream: String, line: String)
    }

    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken
    public var content: Content

    public init(taskID: TaskID, attempt: Int, token: AttemptToken, content: Content) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
        self.content = content
    }

    /// Its method on the wire.
    public var method: StaticString {
        switch content {
        case .progress: "task.progress"
        case .log: "task.log"
        }
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        if let stream = try fields.text("stream", maximumBytes: 64) {
            guard let line = try fields.text("line") else { throw JSONFieldError(field: "line", reason: "is required") }
            content = .log(stream: stream, line: line)
        } else {
            content = .progress(
                percent: try fields.number("percent", in: 0...100), message: try fields.text("message"))
        }
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task_id", taskID)
            writer.member("attempt", attempt)
            writer.member("token", token)
            switch content {
            case .progress(let percent, let message):
                writer.member("percent", percent)
                writer.member("message", message)
            case .log(let stream, let line):
                writer.member("stream", stream)
                writer.member("line", line)
            }
        }
    }
}
