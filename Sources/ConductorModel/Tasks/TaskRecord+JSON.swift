import ConductorJSON

/// The part of a record that changes as the task goes on; key and definition are kept beside it.
extension TaskRecord {
    /// Restores a record from what was stored of it.
    public init(key: TaskKey, definition: JSONText, progress: JSONText) throws(JSONFieldError) {
        var fields = try JSONFields(stored: progress)
        self.key = key
        self.definition = try TaskDefinition(stored: definition)
        ownerUID = UInt32(clamping: try fields.required("owner_uid", as: Int.self))
        createdAt = try fields.required("created_at")
        attempts = try fields.required("attempts")
        iteration = try fields.count("iteration")
        failedAttempts = try fields.count("failed_attempts")
        returns = try fields.count("returns", default: 0)
        resolvedInput = try fields.optional("resolved_input")
        queueTimeout = Duration(inSeconds: try fields.required("queue_timeout_seconds"))
        stage = try fields.required("stage")
    }

    public var progress: JSONText {
        var writer = JSONWriter(reserving: 512)
        writer.object { writer in
            writer.member("owner_uid", Int(ownerUID))
            writer.member("created_at", createdAt)
            writer.member("attempts", attempts)
            writer.member("iteration", iteration)
            writer.member("failed_attempts", failedAttempts)
            if returns > 0 { writer.member("returns", returns) }
            writer.member("resolved_input", resolvedInput)
            writer.member("queue_timeout_seconds", queueTimeout)
            writer.member("stage", stage)
        }
        return writer.text
    }
}

extension TaskRecord.Stage: JSONReadable, JSONWritable {
    private enum Name: String, Vocabulary {
        case planned, queued, running, retrying, ended
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        switch try fields.required("is", as: Name.self) {
        case .planned: self = .planned
        case .queued: self = .queued(since: try fields.required("since"), until: try fields.required("until"))
        case .running: self = .running(deadline: try fields.required("deadline"))
        case .retrying: self = .retrying(at: try fields.required("at"))
        case .ended:
            var result = try fields.required("result", as: TaskResult.self)
            // Older versions kept it beside the result.
            if let feedback = try fields.optional("feedback", as: Feedback.self) { result.feedback = feedback }
            self = .ended(TaskRecord.Outcome(result: result, refusal: try fields.optional("refusal")))
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .planned:
                writer.member("is", Name.planned)
            case .queued(let since, let until):
                writer.member("is", Name.queued)
                writer.member("since", since)
                writer.member("until", until)
            case .running(let deadline):
                writer.member("is", Name.running)
                writer.member("deadline", deadline)
            case .retrying(let at):
                writer.member("is", Name.retrying)
                writer.member("at", at)
            case .ended(let outcome):
                writer.member("is", Name.ended)
                writer.member("result", outcome.result)
                writer.member("refusal", outcome.refusal)
            }
        }
    }
}
