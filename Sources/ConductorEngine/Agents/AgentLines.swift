import ConductorModel

/// The connections that agents are on: which agents, and when a frame last came.
///
/// An agent is on one connection at most. What comes on a connection renews the leases of all its agents at once.
struct AgentLines: Sendable {
    private struct Line: Sendable {
        var lastFrame: Frame?
        /// By agent, its place in the order in which they came.
        private var places: [AgentID: UInt64] = [:]
        private(set) var silent: Set<AgentID> = []

        var agents: [AgentID] { places.sorted { $0.value < $1.value }.map(\.key) }
        var isEmpty: Bool { places.isEmpty }

        mutating func add(_ id: AgentID, place: UInt64, isSilent: Bool) {
            places[id] = place
            if isSilent { silent.insert(id) }
        }

        mutating func remove(_ id: AgentID) {
            places[id] = nil
            silent.remove(id)
        }
    }

    /// When a frame came.
    struct Frame: Sendable {
        let monotonic: Duration
        let wall: Timestamp
    }

    private var lines: [ConnectionID: Line] = [:]
    private var nextPlace: UInt64 = 0
    /// Connections that stand, and the agents that have since registered on others.
    private var superseded: [ConnectionID: Set<AgentID>] = [:]
    private static let rememberedPerConnection = 256

    /// In the order in which they came.
    func agents(on connection: ConnectionID) -> [AgentID] { lines[connection]?.agents ?? [] }

    /// Whether the agent was on the connection once, and has registered on another since: two programs have its id.
    func isSuperseded(_ id: AgentID, on connection: ConnectionID) -> Bool {
        superseded[connection]?.contains(id) == true
    }

    /// The last frame of a connection, if none has come since `time` from elsewhere.
    func lastFrame(on connection: ConnectionID, since time: Duration) -> Frame? {
        guard let last = lines[connection]?.lastFrame, last.monotonic >= time else { return nil }
        return last
    }

    /// A frame came.
    /// - Returns: the agents of the connection that were silent, in the order in which they came.
    mutating func renew(_ connection: ConnectionID, at now: Moment) -> [AgentID] {
        guard let line = lines[connection] else { return [] }
        lines[connection]?.lastFrame = Frame(monotonic: now.monotonic, wall: now.wall)
        return line.silent.isEmpty ? [] : line.agents.filter(line.silent.contains)
    }

    mutating func attach(_ agent: Agent) {
        guard let connection = agent.connection else { return }
        nextPlace += 1
        lines[connection, default: Line()].add(agent.state.agentID, place: nextPlace, isSilent: agent.isSilent)
    }

    mutating func detach(_ agent: Agent) {
        guard let connection = agent.connection else { return }
        lines[connection]?.remove(agent.state.agentID)
        if lines[connection]?.isEmpty == true { lines[connection] = nil }
    }

    /// The agent registers, on `connection` if it is there, and was on `former`.
    /// Programs have few agents on a connection: a connection that lost more than it may remember is not told of them.
    mutating func supersede(_ id: AgentID, on former: ConnectionID?, by connection: ConnectionID?) {
        if let former, superseded[former, default: []].count < Self.rememberedPerConnection {
            superseded[former, default: []].insert(id)
        }
        if let connection { superseded[connection]?.remove(id) }
    }

    /// The connection is gone.
    mutating func forget(_ connection: ConnectionID) {
        superseded[connection] = nil
    }
}
