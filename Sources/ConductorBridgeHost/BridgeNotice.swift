import ConductorBridge
import ConductorModel

/// What happens to a bridge, for a log.
public enum BridgeNotice: Sendable {
    /// The own daemon is there; `remaining` tasks of others have not ended in it.
    case connected(remaining: Int)
    case disconnected(any Error)
    /// The agent that stands for another host's agents is in the registry of the own daemon.
    case registered(Seat)
    case unregistered(Seat, any Error)
    /// Another host was given a task of this one.
    case granted(ClaimRecord)
    /// The own daemon has what became of a claim, or the claim is not wanted any more.
    case released(ClaimID)
    /// The own daemon was given a task of another host.
    case begun(ClaimName)
    case ended(ClaimName)
    /// A packet that is no message, or from a host that the configuration does not name. It was left out.
    case malformed(from: HostName, reason: String)
    /// What the book of claims had that was not whole was left out.
    case bookRepaired(lines: Int)
}
