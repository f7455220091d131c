import ConductorJSON
import ConductorModel

/// One attempt of a task, as clients are told.
public struct ReportedAttempt: MethodReply {
    /// Counts from 1 over all iterations of the task.
    public var number: Int
    public var iteration: Int
    public var agentID: AgentID
    public var startedAt: Timestamp
    /// Nil while it runs, and where an older daemon did not note it.
    public var ending: AttemptEnding?
    public var isRunning: Bool

    public init(
        number: Int, iteration: Int, agentID: AgentID, startedAt: Timestamp, ending: AttemptEnding?,
        isRunning: Bool = false
    ) {
        self.number = number
        self.iteration = iteration
        self.agentID = agentID
        self.startedAt = startedAt
        self.ending = ending
        self.isRunning = isRunning
    }

    public init(_ fields: inout JSONFields) throws(JSONFieldError) {
        number = try fields.required("attempt")
        iteration = try fields.required("iteration")
        agentID = try fields.required("agent_id")
        startedAt = try fields.required("started_at")
        ending = try fields.optional("ending")
        isRunning = try fields.value("running", default: false)
    }

    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("attempt", number)
        writer.member("iteration", iteration)
        writer.member("agent_id", agentID)
        writer.member("started_at", startedAt)
        if isRunning { writer.member("running", true) }
        guard let ending else { return }
        writer.key("ending")
        // The feedbacks of many rounds are long together.
        guard writer.detail > .whole, ending.feedback != nil else { return ending.write(to: &writer) }
        var outline = ending
        outline.feedback = nil
        outline.omitsFeedback = true
        outline.write(to: &writer)
    }
}

extension [ReportedAttempt] {
    /// The attempts of a task, oldest first.
    public init(_ record: TaskRecord) {
        self = record.attempts.map { attempt in
            let isLast = attempt.number == record.attempts.last?.number
            let outcome = isLast && record.outcome?.result.attempt == attempt.number ? record.outcome : nil
            return ReportedAttempt(
                number: attempt.number, iteration: attempt.iteration, agentID: attempt.agentID,
                startedAt: attempt.startedAt, ending: attempt.ending ?? outcome.map { AttemptEnding($0) },
                isRunning: isLast && record.isRunning)
        }
    }
}
