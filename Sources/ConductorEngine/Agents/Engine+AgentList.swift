import ConductorJSON
import ConductorModel
import ConductorProtocol

/// The registry, page by page.
extension Engine {
    /// Those that `query` asks for, by their ids: as many as it wants, and as fit into a frame.
    mutating func agents(_ query: AgentQuery) -> Reply {
        var shown: [AgentState] = []
        var room = configuration.limits.maxFrameBytes
        var last: AgentID?
        for id in fleet.ids(after: query.after) {
            guard let agent = fleet.current(id), query.shows(agent) else { continue }
            let state = agent.shown
            room -= state.jsonText.bytes.count + 1
            guard shown.isEmpty || room > Self.envelopeBytes, shown.count < query.limit ?? .max else {
                return .agents(shown, nextAfter: last)
            }
            shown.append(state)
            last = id
        }
        return .agents(shown, nextAfter: nil)
    }

    /// All that `query` asks for, whatever room they take.
    package func registry(_ query: AgentQuery = AgentQuery()) -> [AgentState] {
        fleet.sorted.filter(query.shows).map(\.shown)
    }

    /// What a reply has beside the agents; ids of requests have 1024 bytes at most, which an escape may make six times.
    private static let envelopeBytes = 8 << 10
}

extension AgentQuery {
    fileprivate func shows(_ agent: Agent) -> Bool {
        (agentType == nil || agentType == agent.state.agentType)
            && (available == nil || available == agent.isAvailable)
    }
}
