import ConductorJSON
import ConductorModel
import ConductorProtocol

/// How a claimed task ended on the worker's machine.
public struct WorkAnswer: Sendable {
    public var status: TaskCompletion.Status
    public var outputData: JSONText = .emptyObject
    public var errorMessage: String?
    public var errorCode: String?
    public var feedback: Feedback?
    public var metadata: JSONText = .emptyObject

    public init(_ status: TaskCompletion.Status) {
        self.status = status
    }

    public init(failed code: String, _ message: String) {
        status = .failed
        errorCode = code
        errorMessage = message
    }

    /// The answer to the owner's daemon.
    func completion(of attempt: AttemptReference) -> TaskCompletion {
        var completion = TaskCompletion(
            taskID: attempt.taskID, attempt: attempt.attempt, token: attempt.token, status: status)
        completion.outputData = outputData
        completion.errorMessage = errorMessage
        completion.errorCode = errorCode
        completion.feedback = feedback
        completion.metadata = metadata
        return completion
    }
}

extension WorkAnswer: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        status = try fields.required("status")
        outputData = try fields.object("output_data") ?? .emptyObject
        errorMessage = try fields.text("error_message")
        errorCode = try fields.text("error_code", maximumBytes: 256)
        feedback = try fields.optional("feedback")
        metadata = try fields.object("metadata", maximumBytes: Limits.metadataBytes) ?? .emptyObject
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            writer.member("output_data", outputData)
            writer.member("error_message", errorMessage)
            writer.member("error_code", errorCode)
            writer.member("feedback", feedback)
            writer.member("metadata", metadata)
        }
    }
}
