import ConductorModel
import ConductorProtocol
import ConductorTransport

/// Who may do what.
struct Roles {
    /// The daemon's own user.
    let ownUID: UInt32
    var access = AccessLists()

    /// Root and the daemon's own user are admins; of others, the highest role that a list gives them.
    func role(of peer: PeerCredentials) -> Role {
        func isListed(in accounts: [Account]) -> Bool {
            accounts.contains { account in
                switch account.kind {
                case .user(let uid): peer.uid == uid
                case .group(let gid): peer.gid == gid || peer.groups.contains(gid)
                }
            }
        }
        if peer.uid == 0 || peer.uid == ownUID || isListed(in: access.admins) { return .admin }
        if isListed(in: access.operators) { return .operator }
        if isListed(in: access.agents) { return .agent }
        if isListed(in: access.observers) { return .observer }
        return access.roleOfOthers
    }
}

extension Role {
    /// Refuses a method that this role does not cover.
    func authorize(_ method: Method) throws(Refusal) {
        guard !covers(method.requiredRole) else { return }
        throw Refusal(
            .permissionDenied, "\(method.rawValue) takes the role \(method.requiredRole.rawValue)",
            details: ["required_role": .text(method.requiredRole.rawValue)])
    }
}
