import ConductorJSON

/// Why a task that has not ended is not at work.
public struct TaskWait: Hashable, Sendable {
    public enum Reason: String, Vocabulary {
        /// The last attempt failed, and the next one is not due.
        case retry
        /// All agents of the type have as many tasks as they may.
        case agentFull = "agent_full"
        case agentPaused = "agent_paused"
        case agentDraining = "agent_draining"
        case agentDisconnected = "agent_disconnected"
        case breakerOpen = "breaker_open"
        /// No agent of the type is registered.
        case noAgent = "no_agent"
        case policy
        /// Tasks that it needs have not ended.
        case needs
        /// Its phase has not begun.
        case phase
        /// As many tasks of its workflow are at work as may be.
        case parallelism
        /// Its workflow is paused.
        case paused
        /// Its workflow is held at a gate.
        case gate
        /// Other tasks are before it.
        case queue
    }

    public var reason: Reason
    /// The same for people, to stand after "waiting: ".
    public var message: String
    /// When the wait ends at the latest, where that is known.
    public var until: Timestamp?

    public init(_ reason: Reason, _ message: String, until: Timestamp? = nil) {
        self.reason = reason
        self.message = message
        self.until = until
    }
}

extension TaskWait: JSONReadable, JSONWritable {
    public init(json: JSONValue) throws(JSONFieldError) {
        var fields = try JSONFields(json)
        reason = try fields.required("reason")
        message = try fields.required("message")
        until = try fields.optional("until")
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("reason", reason)
            writer.member("message", message)
            writer.member("until", until)
        }
    }
}
