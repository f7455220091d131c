import ConductorModel
import ConductorTransport

/// Who may do what.
struct Roles {
    /// The daemon's own user.
    let ownUID: UInt32

    /// Root and the daemon's own user are admins; whoever else may open the socket operates.
    func role(of peer: PeerCredentials) -> Role {
        peer.uid == 0 || peer.uid == ownUID ? .admin : .operator
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
