import ConductorJSON

/// What kinds of durable events there are.
public enum EventKind: String, Vocabulary {
    case agentRegistered = "agent.registered"
    case agentUnregistered = "agent.unregistered"
    case agentLost = "agent.lost"
    case agentReturned = "agent.returned"
    case agentPaused = "agent.paused"
    case agentResumed = "agent.resumed"
    case taskQueued = "task.queued"
    case taskStarted = "task.started"
    case taskRetrying = "task.retrying"
    case taskCompleted = "task.completed"
    case taskFailed = "task.failed"
    case taskRejected = "task.rejected"
    case taskCancelled = "task.cancelled"
    case taskSkipped = "task.skipped"
    case taskAdopted = "task.adopted"
    case workflowStarted = "workflow.started"
    case workflowPaused = "workflow.paused"
    case workflowResumed = "workflow.resumed"
    case workflowCompleted = "workflow.completed"
    case workflowFailed = "workflow.failed"
    case workflowCancelled = "workflow.cancelled"
    case phaseStarted = "phase.started"
    case phaseCompleted = "phase.completed"
    case phaseSkipped = "phase.skipped"
    case gatePassed = "gate.passed"
    case gateBlocked = "gate.blocked"
    case gateApproved = "gate.approved"
    case gateDenied = "gate.denied"
    case feedbackStarted = "feedback.started"
    case policyViolated = "policy.violated"
    case breakerOpened = "breaker.opened"
    case breakerHalfOpened = "breaker.half_opened"
    case breakerClosed = "breaker.closed"
    case deadLetterAdded = "dead_letter.added"
    case deadLetterRedriven = "dead_letter.redriven"
    case deadLetterDiscarded = "dead_letter.discarded"
}

/// One durable event; `sequence` counts from 1 without gaps, in commit order.
public struct EventRecord: Sendable {
    public var sequence: Int64
    public var timestamp: Timestamp
    public var kind: EventKind
    public var workflowID: WorkflowID?
    public var taskID: TaskID?
    public var agentID: AgentID?
    public var attempt: Int?
    public var phase: Phase?
    /// A JSON object; never inputs, outputs or tokens.
    public var data: JSONText

    public init(
        sequence: Int64, timestamp: Timestamp, kind: EventKind, workflowID: WorkflowID? = nil, taskID: TaskID? = nil,
        agentID: AgentID? = nil, attempt: Int? = nil, phase: Phase? = nil, data: JSONText = .emptyObject
    ) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.kind = kind
        self.workflowID = workflowID
        self.taskID = taskID
        self.agentID = agentID
        self.attempt = attempt
        self.phase = phase
        self.data = data
    }
}

extension EventRecord: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        sequence = try fields.required("sequence")
        timestamp = try fields.required("timestamp")
        kind = try fields.required("kind")
        workflowID = try fields.optional("workflow_id")
        taskID = try fields.optional("task_id")
        agentID = try fields.optional("agent_id")
        attempt = try fields.optional("attempt")
        phase = try fields.optional("phase")
        data = try fields.optional("data") ?? .emptyObject
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("sequence", sequence)
            writer.member("timestamp", timestamp)
            writer.member("kind", kind)
            writer.member("workflow_id", workflowID)
            writer.member("task_id", taskID)
            writer.member("agent_id", agentID)
            writer.member("attempt", attempt)
            writer.member("phase", phase)
            writer.member("data", data)
        }
    }
}

/// Progress and log lines of running attempts: shown to whoever watches, neither stored nor numbered.
public struct LiveEvent: Sendable {
    public enum Content: Sendable {
        case progress(percent: Double?, message: String?)
        case log(stream: String, line: String)
    }

    public var timestamp: Timestamp
    public var key: TaskKey
    public var agentID: AgentID
    public var attempt: Int
    public var content: Content
    /// Of a line, its number in the attempt's log; nil for what is in no log.
    public var lineNumber: Int?

    public init(timestamp: Timestamp, key: TaskKey, agentID: AgentID, attempt: Int, content: Content) {
        self.timestamp = timestamp
        self.key = key
        self.agentID = agentID
        self.attempt = attempt
        self.content = content
    }

    /// Its name among the kinds that a subscription may choose.
    public var kind: String {
        switch content {
        case .progress: "task.progress"
        case .log: "task.log"
        }
    }
}

extension LiveEvent: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", timestamp)
            writer.member("kind", kind)
            writer.member("workflow_id", key.workflowID)
            writer.member("task_id", key.taskID)
            writer.member("agent_id", agentID)
            writer.member("attempt", attempt)
            writer.key("data")
            writer.object { writer in
                switch content {
                case .progress(let percent, let message):
                    writer.member("percent", percent)
                    writer.member("message", message)
                case .log(let stream, let line):
                    writer.member("stream", stream)
                    writer.member("line", line)
                    writer.member("number", lineNumber)
                }
            }
        }
    }
}
