import ConductorModel
import ConductorProtocol

/// How many connections each user has, and whether there may be one more.
///
/// Of what others leave, a user may take half: however many some have, another one gets on. Root and the daemon's own user
/// may also take what is kept for them.
struct ConnectionAccounts {
    private var counts: [UInt32: Int] = [:]
    private(set) var total = 0

    subscript(uid: UInt32) -> Int { counts[uid] ?? 0 }

    /// Why one more may not come; nil where it may.
    /// - Parameter isPrivileged: root, or the daemon's own user.
    func refusal(of uid: UInt32, _ role: Role, isPrivileged: Bool, _ limits: Limits) -> Refusal? {
        if isPrivileged {
            return total < limits.maxConnections ? nil : .quotaExceeded("max_connections", limit: limits.maxConnections)
        }
        if role == .any, self[uid] >= Limits.connectionsWithoutRole {
            return .quotaExceeded("max_connections_without_role", limit: Limits.connectionsWithoutRole)
        }
        if self[uid] >= limits.maxConnectionsPerUID {
            return .quotaExceeded("max_connections_per_uid", limit: limits.maxConnectionsPerUID)
        }
        let left = limits.maxConnections - Self.reserve(of: limits) - (total - self[uid])
        return self[uid] < (left + 1) / 2 ? nil : .quotaExceeded("max_connections", limit: limits.maxConnections)
    }

    mutating func add(_ uid: UInt32) {
        counts[uid, default: 0] += 1
        total += 1
    }

    mutating func remove(_ uid: UInt32) {
        guard let count = counts[uid] else { return }
        counts[uid] = count > 1 ? count - 1 : nil
        total -= 1
    }

    /// What nobody else can take.
    private static func reserve(of limits: Limits) -> Int { min(64, limits.maxConnections / 8) }
}
