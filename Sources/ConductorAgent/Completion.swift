import ConductorJSON
import ConductorModel
import ConductorProtocol

/// One attempt as the agent names it: its token is unique in the whole daemon.
struct AttemptName: Hashable, Sendable {
    let taskID: TaskID
    let attempt: Int
    let token: AttemptToken

    /// Nil where the daemon sent a task without its id.
    init?(_ assignment: TaskAssignment) {
        guard let taskID = assignment.task.taskID else { return nil }
        self.taskID = taskID
        attempt = assignment.attempt
        token = assignment.token
    }

    var reference: AttemptReference { AttemptReference(taskID: taskID, attempt: attempt, token: token) }

    init(_ completion: TaskCompletion) {
        taskID = completion.taskID
        attempt = completion.attempt
        token = completion.token
    }
}

extension TaskCompletion {
    init(_ name: AttemptName, _ status: Status) {
        self.init(taskID: name.taskID, attempt: name.attempt, token: name.token, status: status)
    }

    init(_ name: AttemptName, completedWith output: TaskOutput) {
        self.init(name, .completed)
        take(output)
        errorMessage = output.errorMessage?.prefix(utf8Bytes: Limits.textBytes)
        errorCode = output.errorCode?.prefix(utf8Bytes: 256)
    }

    /// What a thrown error makes of the attempt.
    init(_ name: AttemptName, thrown error: any Error) {
        switch error {
        case let rejection as AgentRejection: self.init(name, .rejected, message: rejection.reason)
        case let error as TransientError: self.init(name, .failed, message: error.message, code: error.code)
        case let shortage as ResourceShortage:
            self.init(name, .failed, message: shortage.message, code: "TRANSIENT_ERROR")
        case let failure as TaskFailure:
            self.init(name, .failed, message: failure.message, code: failure.code)
            take(failure.output)
        case is CancellationError: self.init(name, .failed, message: "the work was cancelled", code: "CANCELLED")
        default: self.init(name, .failed, message: "\(error)")
        }
    }

    init(_ name: AttemptName, _ status: Status, message: String, code: String? = nil) {
        self.init(name, status)
        errorMessage = message.prefix(utf8Bytes: Limits.textBytes)
        errorCode = code?.prefix(utf8Bytes: 256)
    }

    /// The daemon would refuse, or even hang up on, what is larger than it may be.
    private mutating func take(_ output: TaskOutput) {
        guard output.outputData.bytes.count <= Limits.valueBytes, output.metadata.bytes.count <= Limits.metadataBytes
        else {
            status = .failed
            errorCode = "INVALID_OUTPUT"
            errorMessage =
                "the agent's output has more than \(Limits.valueBytes) bytes, "
                + "or its metadata more than \(Limits.metadataBytes)"
            return
        }
        outputData = output.outputData
        metadata = output.metadata
        feedback = output.feedback
    }
}
