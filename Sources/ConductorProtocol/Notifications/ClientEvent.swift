import ConductorJSON
import ConductorModel

/// One event as a subscription brings it.
public struct ClientEvent: Sendable {
    public enum Position: Hashable, Sendable {
        /// Numbered without gaps from 1, in commit order.
        case durable(sequence: Int64)
        /// Progress and log lines: told as they come, kept nowhere.
        case live
    }

    public let position: Position
    public let timestamp: Timestamp
    /// Its name on the wire; a newer daemon may have kinds that this library does not know.
    public let kind: String
    public let workflowID: WorkflowID?
    public let taskID: TaskID?
    public let agentID: AgentID?
    public let attempt: Int?
    public let phase: Phase?
    public let data: JSONValue
    /// The event as the daemon wrote it.
    public let text: JSONText
    /// Live events just before this one that found no room, here or in the daemon, since those before were not taken
    /// in time.
    public package(set) var leftOut = 0

    public var sequence: Int64? {
        switch position {
        case .durable(let sequence): sequence
        case .live: nil
        }
    }
}

extension ClientEvent: JSONReadable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        let sequence = try fields.optional("sequence", as: Int64.self)
        position = sequence.map { .durable(sequence: $0) } ?? .live
        timestamp = try fields.required("timestamp")
        kind = try fields.required("kind")
        workflowID = try fields.optional("workflow_id")
        taskID = try fields.optional("task_id")
        agentID = try fields.optional("agent_id")
        attempt = try fields.optional("attempt")
        phase = try fields.optional("phase")
        guard let data = fields.take("data") else { throw JSONFieldError(field: "data", reason: "is required") }
        self.data = data
        text = json.text
    }
}
