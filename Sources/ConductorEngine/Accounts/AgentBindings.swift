import ConductorModel

/// Whose the ids of agents are that have left the registry: a stranger does not take the place of an agent that its user
/// may start anew.
struct AgentBindings: Sendable {
    /// How long an id stays its user's.
    static let age: Duration = .seconds(30 * 86_400)
    /// As many ids stay one user's; past that, the one that left first is free.
    static let perUser = 1_000

    private struct Binding {
        let uid: UInt32
        let since: Timestamp
    }

    private var byID: [AgentID: Binding] = [:]
    /// In the order in which the agents left.
    private var byUser: [UInt32: [AgentID]] = [:]

    /// Binds an id to its user; gives those that are free from now on.
    mutating func bind(_ id: AgentID, to uid: UInt32, at time: Timestamp) -> [AgentID] {
        release(id)
        byID[id] = Binding(uid: uid, since: time)
        byUser[uid, default: []].append(id)
        let surplus = (byUser[uid]?.count ?? 0) - Self.perUser
        let freed = (byUser[uid] ?? []).enumerated().prefix { position, id in
            position < surplus || owner(of: id, at: time) == nil
        }.map(\.element)
        byUser[uid]?.removeFirst(freed.count)
        for id in freed { byID[id] = nil }
        return freed
    }

    /// - Returns: whether it was bound.
    @discardableResult
    mutating func release(_ id: AgentID) -> Bool {
        guard let uid = byID.removeValue(forKey: id)?.uid else { return false }
        byUser[uid]?.removeAll { $0 == id }
        if byUser[uid]?.isEmpty == true { byUser[uid] = nil }
        return true
    }

    /// Nil where the id is free.
    func owner(of id: AgentID, at time: Timestamp) -> UInt32? {
        guard let binding = byID[id], time - binding.since < Self.age else { return nil }
        return binding.uid
    }
}
