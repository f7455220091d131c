import ConductorJSON

/// One handing of a task to an agent. Number and token fence it: what comes for another attempt changes nothing.
public struct Attempt: Sendable {
    /// Counts from 1 over all iterations of the task.
    public let number: Int
    public let iteration: Int
    public let token: AttemptToken
    public let agentID: AgentID
    public let startedAt: Timestamp
    /// The agent's own answer was taken, so that a repeat of it is answered alike.
    public var isAnswered = false
    /// Set once the task has gone on after it; how the last attempt ended, the task's outcome tells.
    public var ending: AttemptEnding?

    public init(number: Int, iteration: Int, token: AttemptToken, agentID: AgentID, startedAt: Timestamp) {
        self.number = number
        self.iteration = iteration
        self.token = token
        self.agentID = agentID
        self.startedAt = startedAt
    }
}

extension Attempt: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        number = try fields.count("number")
        iteration = try fields.count("iteration")
        token = try fields.required("token")
        agentID = try fields.required("agent_id")
        startedAt = try fields.required("started_at")
        isAnswered = try fields.required("answered")
        ending = try fields.optional("ending")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("number", number)
            writer.member("iteration", iteration)
            writer.member("token", token)
            writer.member("agent_id", agentID)
            writer.member("started_at", startedAt)
            writer.member("answered", isAnswered)
            writer.member("ending", ending)
        }
    }
}
