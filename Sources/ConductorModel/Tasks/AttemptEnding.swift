import ConductorJSON

/// How an attempt ended after which the task went on: with another attempt, or in another round.
public struct AttemptEnding: Sendable {
    public enum Outcome: String, Vocabulary {
        case completed
        case failed
        /// The agent refused the task as unsuitable.
        case rejected
        case cancelled
        /// The agent gave it back unbegun.
        case returned
    }

    /// Of a longer message, so much is kept. Bytes.
    public static let messageBytes = 1 << 10
    /// A longer feedback is left out. Bytes.
    public static let feedbackBytes = 64 << 10
    /// Messages and feedback of all attempts of a task; of the oldest they are left out. Bytes.
    public static let historyBytes = 256 << 10

    public var outcome: Outcome
    public var endedAt: Timestamp
    /// By a clock that nobody sets.
    public var duration: Duration
    public var errorCode: String?
    public var errorMessage: String?
    /// What a monitor found.
    public var feedback: Feedback?
    public var omitsFeedback = false

    public init(_ outcome: Outcome, at time: Timestamp, duration: Duration) {
        self.outcome = outcome
        endedAt = time
        self.duration = duration
    }

    /// Of the attempt that a task ended with.
    public init(_ outcome: TaskRecord.Outcome) {
        let result = outcome.result
        self.init(result.attemptOutcome(outcome.refusal), at: result.completedAt, duration: result.duration)
        errorCode = result.errorCode
        errorMessage = result.errorMessage?.excerpt(maximumBytes: Self.messageBytes)
        omitsFeedback = result.feedback.map { $0.contentBytes > Self.feedbackBytes } ?? false
        feedback = omitsFeedback ? nil : result.feedback
    }
}

extension AttemptEnding {
    /// Leaves out what may be long.
    public mutating func shorten() {
        omitsFeedback = omitsFeedback || feedback != nil
        feedback = nil
        errorMessage = nil
    }
}

extension TaskResult {
    fileprivate func attemptOutcome(_ refusal: Refusal.Code?) -> AttemptEnding.Outcome {
        switch status {
        case .completed: .completed
        case .cancelled: .cancelled
        case .failed, .pending, .inProgress, .blocked, .skipped:
            refusal == .taskValidationFailed && agentID != .coordinator ? .rejected : .failed
        }
    }
}

extension AttemptEnding: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        outcome = try fields.required("outcome")
        endedAt = try fields.required("ended_at")
        duration = Duration(inSeconds: try fields.required("duration_seconds"))
        errorCode = try fields.optional("error_code")
        errorMessage = try fields.optional("error_message")
        feedback = try fields.optional("feedback")
        omitsFeedback = try fields.value("feedback_omitted", default: false)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("outcome", outcome)
        writer.member("ended_at", endedAt)
        writer.member("duration_seconds", duration)
        writer.member("error_code", errorCode)
        writer.member("error_message", errorMessage)
        writer.member("feedback", feedback)
        if omitsFeedback { writer.member("feedback_omitted", true) }
    }
}
