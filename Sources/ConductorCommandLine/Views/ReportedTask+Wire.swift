import ConductorJSON
import ConductorModel
import ConductorPictures
import ConductorProtocol

extension ReportedTask {
    /// All of its attempts; an older daemon tells none.
    mutating func add(_ history: [ConductorProtocol.ReportedAttempt]) {
        guard !history.isEmpty else { return }
        attemptCount = history.count
        attempts = history.map { told in
            var attempt = ConductorPictures.ReportedAttempt(
                number: told.number, agent: told.agentID.description, outcome: .init(told.ending, told.isRunning))
            attempt.round = told.iteration + 1
            attempt.started = told.startedAt
            attempt.ended = told.ending?.endedAt
            attempt.errorCode = told.ending?.errorCode
            attempt.errorMessage = told.ending?.errorMessage
            return attempt
        }
    }

    /// What a list tells of it.
    mutating func add(_ entry: TaskListEntry) {
        state = entry.status.known.map(TaskState.init) ?? state
        round = entry.iteration + 1
        created = entry.createdAt
        attemptCount = entry.attempts
        errorCode = entry.errorCode
        errorMessage = entry.errorMessage.map(TerminalText.lastState)
        waitingFor = entry.waiting?.message
        duration = entry.duration
        guard entry.attempts > 0, let agent = entry.agentID, agent != .coordinator,
            let outcome = ConductorPictures.ReportedAttempt.Outcome(state)
        else { return }
        var attempt = ConductorPictures.ReportedAttempt(
            number: entry.attempts, agent: agent.description, outcome: outcome)
        attempt.round = round
        attempt.ended = entry.completedAt
        attempt.errorCode = entry.errorCode
        attempt.errorMessage = entry.errorMessage
        if let completed = entry.completedAt, let duration = entry.duration {
            attempt.started = Timestamp(microseconds: completed.microseconds - duration.microseconds)
        }
        attempts = [attempt]
    }

    /// Its result, which knows more than a list.
    mutating func add(_ result: TaskResult, outputKnown: Bool) {
        state = TaskState(result.status)
        round = result.iteration + 1
        attemptCount = max(attemptCount, result.attempt)
        errorCode = result.errorCode
        errorMessage = result.errorMessage
        duration = result.duration
        outputBytes = outputKnown && result.status == .completed ? result.outputData.bytes.count : nil
        guard result.attempt > 0, result.agentID != .coordinator,
            let outcome = ConductorPictures.ReportedAttempt.Outcome(state)
        else {
            attempts = []
            return
        }
        var attempt = ConductorPictures.ReportedAttempt(
            number: result.attempt, agent: result.agentID.description, outcome: outcome)
        attempt.round = round
        attempt.started = result.startedAt
        attempt.ended = result.completedAt
        attempt.errorCode = result.errorCode
        attempt.errorMessage = result.errorMessage
        attempts = [attempt]
    }
}

extension TaskState {
    init(_ status: TaskStatus) {
        switch status {
        case .pending, .blocked: self = .waiting
        case .inProgress: self = .running
        case .completed: self = .succeeded
        case .failed: self = .failed
        case .skipped: self = .skipped
        case .cancelled: self = .cancelled
        }
    }
}

extension ConductorPictures.ReportedAttempt.Outcome {
    /// An attempt whose end an older daemon did not note has failed: it was followed by another.
    fileprivate init(_ ending: AttemptEnding?, _ isRunning: Bool) {
        switch ending?.outcome {
        case .completed: self = .succeeded
        case .failed: self = .failed
        case .rejected: self = .rejected
        case .cancelled, .returned: self = .cancelled
        case nil: self = isRunning ? .running : .failed
        }
    }

    /// Nil for a task that is not at work and has had no result.
    fileprivate init?(_ state: TaskState) {
        switch state {
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        case .running: self = .running
        case .succeeded: self = .succeeded
        case .skipped, .waiting: return nil
        }
    }
}
