import ConductorModel
import ConductorProtocol

extension LocalEnding {
    /// From the result that the worker's daemon has recorded.
    public init(_ result: TaskResult) {
        var answer: WorkAnswer
        switch result.status {
        case .completed: answer = WorkAnswer(.completed)
        case .failed where result.errorCode == Refusal.Code.taskValidationFailed.rawValue:
            answer = WorkAnswer(.rejected)
        case .failed where result.attempt == 0:
            self = .notBegun(reason: result.errorMessage ?? result.errorCode ?? "")
            return
        case .failed: answer = WorkAnswer(.failed)
        case .cancelled, .skipped, .pending, .inProgress, .blocked:
            answer = WorkAnswer(failed: Refusal.Code.cancelled.rawValue, "the task was cancelled where it ran")
        }
        answer.outputData = result.outputData
        answer.errorMessage = result.errorMessage ?? answer.errorMessage
        answer.errorCode = result.errorCode ?? answer.errorCode
        answer.feedback = result.feedback
        answer.metadata = result.metadata
        self = .answered(answer)
    }

    /// From a dispatch that the worker's daemon refused. Nil where the same request may be made later.
    public init?(_ refusal: Refusal) {
        switch refusal.code {
        case .shuttingDown, .storageFull: return nil
        case .taskValidationFailed:
            var answer = WorkAnswer(.rejected)
            answer.errorMessage = refusal.message
            answer.errorCode = refusal.code.rawValue
            self = .answered(answer)
        case .agentLost, .cancelled, .expressionError, .phaseGateBlocked, .maxFeedbackLoops, .staleAttempt:
            self = .answered(WorkAnswer(failed: refusal.code.rawValue, refusal.message))
        case .noAvailableAgent, .policyViolation, .quotaExceeded, .timeout, .permissionDenied, .noAgentType,
            .agentAlreadyRegistered, .notFound, .conflict, .parseError, .invalidRequest, .badFrame, .frameTooLarge,
            .methodNotFound, .invalidParams, .internalError:
            self = .notBegun(reason: refusal.message)
        }
    }
}

extension Grant {
    /// The task as the worker's daemon is given it: the same for each repeat. Retries are the owner's.
    public func localTask(_ name: ClaimName) -> TaskDefinition {
        var local = TaskDefinition(name: task.name, assignedTo: task.assignedTo)
        local.taskID = name.taskID
        local.description = task.description
        local.priority = task.priority
        local.inputData = task.inputData
        local.timeout = min(max(timeout, .seconds(1)), .seconds(86_400))
        local.metadata = localMetadata(name)
        var retry = RetryPolicy()
        retry.maxRetries = 0
        retry.retryableErrors = []
        local.retry = retry
        return local
    }
}
