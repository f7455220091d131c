import ConductorProtocol

/// What the daemon asks of the agent at this end of a connection.
public enum AgentCommand: Sendable {
    public typealias Cancellation = AttemptCancellation

    case execute(TaskAssignment)
    case cancel(Cancellation)
    /// The daemon stops: connect again, register with what runs, deliver what was not acknowledged.
    case stopping
}
