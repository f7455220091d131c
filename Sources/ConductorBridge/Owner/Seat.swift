import ConductorModel

/// An agent in the owner's registry that stands for another host's agents of one type. Each has a breaker and a capacity
/// of its own, so that a host that fails does not stand in the way of the others.
public struct Seat: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let host: HostName
    public let agentType: AgentType

    public init(host: HostName, agentType: AgentType) {
        self.host = host
        self.agentType = agentType
    }

    public var description: String { "\(host):\(agentType.rawValue)" }

    public var agentID: AgentID {
        guard let id = AgentID(description) else { preconditionFailure("\(self) is an id by what its parts are") }
        return id
    }

    public static func < (a: Self, b: Self) -> Bool {
        (a.host, a.agentType.rawValue) < (b.host, b.agentType.rawValue)
    }
}
