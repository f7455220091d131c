import ConductorJSON
import ConductorModel
import ConductorProtocol

/// A program that executes tasks. `AgentRunner` connects it with the daemon.
public protocol Agent: Sendable {
    /// Called once, before the agent is registered. What it throws ends the runner.
    func onStart() async throws

    /// Refuses a task that does not suit the agent, by throwing `AgentRejection`.
    func validate(_ assignment: TaskAssignment) async throws

    /// Does the work. It runs in a task of its own, which is cancelled when the attempt is cancelled or times out.
    ///
    /// What it throws makes a failed result: `TaskFailure` with its own members, `TransientError` with a code that
    /// may be tried again, `AgentRejection` a rejection, any other error with its description.
    func execute(_ assignment: TaskAssignment, _ context: TaskContext) async throws -> TaskOutput

    /// Called once, when no work is left and the agent is unregistered.
    func onStop() async
}

extension Agent {
    public func onStart() async throws {}
    public func validate(_ assignment: TaskAssignment) async throws {}
    public func onStop() async {}
}

/// What came of a task.
public struct TaskOutput: Sendable {
    /// A JSON object of at most `Limits.valueBytes`.
    public var outputData: JSONText
    /// What a monitor tells development.
    public var feedback: Feedback?
    /// A JSON object of at most `Limits.metadataBytes`.
    public var metadata: JSONText
    /// A remark on work that is completed all the same.
    public var errorMessage: String?
    public var errorCode: String?

    public init(_ outputData: JSONText = .emptyObject, feedback: Feedback? = nil, metadata: JSONText = .emptyObject) {
        self.outputData = outputData
        self.feedback = feedback
        self.metadata = metadata
    }
}

/// The task does not suit the agent; it is not tried again.
public struct AgentRejection: Error, Hashable, Sendable {
    public let reason: String

    public init(_ reason: String) {
        self.reason = reason
    }
}

/// The work failed in a way that another try may not.
public struct TransientError: Error, Hashable, Sendable {
    public let message: String
    /// One of the codes that the task's retry policy names.
    public let code: String

    public init(_ message: String, code: String = "TRANSIENT_ERROR") {
        self.message = message
        self.code = code
    }
}

/// The work failed, and there is more to say than a sentence.
public struct TaskFailure: Error, Sendable {
    public var message: String
    public var code: String?
    /// What there is in spite of the failure.
    public var output: TaskOutput

    public init(_ message: String, code: String? = nil, output: TaskOutput = TaskOutput()) {
        self.message = message
        self.code = code
        self.output = output
    }
}
