import ConductorJSON

/// One handing of a task to an agent. Number and token fence it: what comes for another attempt changes nothing.
public struct Attempt: Hashable, Sendable {
    /// Counts from 1 over all iterations of the task.
    public let number: Int
    public let iteration: Int
    public let token: AttemptToken
    public let agentID: AgentID
    public let startedAt: Timestamp
    /// The agent's own answer was taken, so that a repeat of it is answered alike.
    public var isAnswered = false

    public init(number: Int, iteration: Int, token: AttemptToken, agentID: AgentID, startedAt: Timestamp) {
        self.number = number
        self.iteration = iteration
        self.token = token
        self.agentID = agentID
        self.startedAt = startedAt
    }
}

/// Names one attempt to the daemon, as an agent does.
public struct AttemptReference: Hashable, Sendable, JSONReadable, JSONWritable {
    public var taskID: TaskID
    public var attempt: Int
    public var token: AttemptToken

    public init(taskID: TaskID, attempt: Int, token: AttemptToken) {
        self.taskID = taskID
        self.attempt = attempt
        self.token = token
    }

    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        taskID = try fields.required("task_id")
        attempt = try fields.required("attempt")
        token = try fields.required("token")
        try fields.end()
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("task_id", taskID)
            writer.member("attempt", attempt)
            writer.member("token", token)
        }
    }
}

extension Attempt: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        number = try fields.required("number")
        iteration = try fields.required("iteration")
        token = try fields.required("token")
        agentID = try fields.required("agent_id")
        startedAt = try fields.required("started_at")
        isAnswered = try fields.required("answered")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("number", number)
            writer.member("iteration", iteration)
            writer.member("token", token)
            writer.member("agent_id", agentID)
            writer.member("started_at", startedAt)
            writer.member("answered", isAnswered)
        }
    }
}
