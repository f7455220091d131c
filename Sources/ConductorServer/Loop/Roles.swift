import ConductorModel
import ConductorProtocol
import ConductorTransport

/// Who may do what.
struct Roles {
    /// The daemon's own user.
    let ownUID: UInt32
    var access = AccessLists()
    /// Who operates, who serves and who looks on where no list says it.
    var groups = StandardGroups.none

    /// Root, or the daemon's own user.
    func isPrivileged(_ peer: PeerCredentials) -> Bool { peer.uid == 0 || peer.uid == ownUID }

    /// Root and the daemon's own user are admins; of others, the highest role that a list or a standard group gives them.
    func role(of peer: PeerCredentials) -> Role {
        func isListed(in accounts: [Account]) -> Bool { accounts.contains { $0.includes(peer) } }
        if isPrivileged(peer) || isListed(in: access.admins) { return .admin }
        if isListed(in: access.operators.isEmpty ? groups.operators : access.operators) { return .operator }
        if isListed(in: access.submitters) { return .submitter }
        if isListed(in: access.agents.isEmpty ? groups.agents : access.agents) { return .agent }
        if isListed(in: access.observers.isEmpty ? groups.observers : access.observers) { return .observer }
        return access.others ?? .any
    }
}

/// The groups of this machine whose members have a role unless a list says who has it; empty where there are none.
struct StandardGroups {
    static let none = StandardGroups(operators: [], agents: [], observers: [])

    let operators: [Account]
    let agents: [Account]
    let observers: [Account]

    /// Looks them up: a group may be made while the daemon runs.
    static var ofThisMachine: StandardGroups {
        StandardGroups(
            operators: [Account(text: "@conductor")].compactMap { $0 },
            agents: [Account(text: "@conductor-agents")].compactMap { $0 },
            observers: [Account(text: "@conductor-observers")].compactMap { $0 })
    }
}

extension Peer {
    /// Why the peer's role does not cover a method; nil where it does.
    func refusal(of method: Method) -> Refusal? {
        let required = method.requiredRole
        // Whose work it is, the engine sees.
        guard !role.covers(required), role != .submitter || !method.isForSubmitters else { return nil }
        let has =
            switch role {
            case .any:
                """
                has none: the group conductor operates, conductor-agents serves, conductor-observers looks on, and \
                "access" in conductor.yaml says otherwise ("others: operator" gives everybody the role that all had before version 0.2)
                """
            case .observer, .submitter, .agent, .operator, .admin: "has the role \(role.rawValue)"
            }
        return Refusal(
            .permissionDenied, "\(method.name) takes the role \(required.rawValue), and uid \(uid) \(has)",
            details: ["required_role": .text(required.rawValue), "role": .text(role.rawValue)])
    }
}
