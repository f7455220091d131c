import ConductorModel
import ConductorProtocol
import ConductorTransport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a user, or the members of a group, may do of what their role allows.
public struct AccessBound: Hashable, Sendable {
    enum Rule: Hashable, Sendable {
        /// They register agents with such ids only, and nobody else registers these. Patterns as of glob(7).
        case agentIDs([String])
        /// They register agents of these types only.
        case agentTypes([AgentType])
        /// No work of theirs is more urgent.
        case maxPriority(Priority)
    }

    let account: Account
    let rule: Rule
}

extension Account {
    /// Whether `peer` is this user, or in this group.
    func includes(_ peer: PeerCredentials) -> Bool {
        switch kind {
        case .user(let uid): peer.uid == uid
        case .group(let gid): peer.gid == gid || peer.groups.contains(gid)
        }
    }
}

extension [AccessBound] {
    /// Why `peer` may not have what its role allows; nil where nothing is against it.
    func refusal(of request: Request, by peer: PeerCredentials) -> Refusal? {
        guard !isEmpty else { return nil }
        if case .agentRegister(let registration) = request {
            return refusal(registering: registration.agentID, registration.agentType, by: peer)
        }
        return request.highestPriority.flatMap { refusal(of: $0, by: peer) }
    }

    /// Why `peer` may not register this agent; nil where nothing is against it.
    private func refusal(registering id: AgentID, _ type: AgentType, by peer: PeerCredentials) -> Refusal? {
        var own: [String] = []
        var foreign: [(pattern: String, account: Account)] = []
        for bound in self {
            let isOwn = bound.account.includes(peer)
            switch bound.rule {
            case .agentIDs(let patterns) where isOwn: own += patterns
            case .agentIDs(let patterns): foreign += patterns.map { ($0, bound.account) }
            case .agentTypes(let types) where isOwn && !types.contains(type):
                return Self.refusal("uid \(peer.uid) serves no tasks of type \(type.rawValue)")
            case .agentTypes, .maxPriority: break
            }
        }
        if own.contains(where: { id.matches($0) }) { return nil }
        if let owner = foreign.first(where: { id.matches($0.pattern) }) {
            return Self.refusal("agent \(id) is for \(owner.account.text)")
        }
        return own.isEmpty ? nil : Self.refusal("agent \(id) is none of those that uid \(peer.uid) may register")
    }

    /// Why `peer` may not have work of this priority done; nil where nothing is against it.
    private func refusal(of priority: Priority, by peer: PeerCredentials) -> Refusal? {
        for bound in self where bound.account.includes(peer) {
            guard case .maxPriority(let most) = bound.rule, priority > most else { continue }
            return Self.refusal(
                "work of uid \(peer.uid) may have the priority \(most.rawValue), not \(priority.rawValue)")
        }
        return nil
    }

    private static func refusal(_ reason: String) -> Refusal {
        Refusal(.permissionDenied, "\(reason), as \"access\" in conductor.yaml says")
    }
}

extension AgentID {
    fileprivate func matches(_ pattern: String) -> Bool { fnmatch(pattern, description, 0) == 0 }
}
