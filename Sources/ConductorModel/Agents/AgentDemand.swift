/// Which agents a task may be given to: those of a type that have all of some labels.
public struct AgentDemand: Hashable, Sendable {
    public let type: AgentType
    public let labels: AgentLabels

    public init(_ type: AgentType, _ labels: AgentLabels = .none) {
        self.type = type
        self.labels = labels
    }

    /// Any agent of the type will do.
    public var isPlain: Bool { labels.isEmpty }

    public func isMet(by agent: AgentState) -> Bool {
        agent.agentType == type
            && labels.inOrder.allSatisfy { $0.names(agent.agentID) || agent.labels.contains($0) }
    }
}

extension AgentDemand: CustomStringConvertible {
    /// For people, to stand after "an agent of".
    public var description: String {
        switch labels.inOrder.count {
        case 0: "type \(type.rawValue)"
        case 1: "type \(type.rawValue) with label \(labels)"
        default: "type \(type.rawValue) with labels \(labels)"
        }
    }
}

extension AgentDemand {
    /// As the name of a member: the type, and after it the labels, with spaces between.
    var key: String { ([type.rawValue] + labels.inOrder.map(\.description)).joined(separator: " ") }

    /// Nil where `key` is none.
    init?(key: String) {
        let words = key.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let labels = words.dropFirst().compactMap { AgentLabel($0) }
        guard let type = words.first.flatMap(AgentType.init), labels.count == words.count - 1 else { return nil }
        self.init(type, AgentLabels(labels))
    }
}
