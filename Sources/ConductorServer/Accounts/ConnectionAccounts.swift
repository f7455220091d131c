import ConductorModel
import ConductorProtocol

/// What the connections of each user take, and whether there may be more of it. Lives on the event loop.
struct ConnectionAccounts {
    private(set) var connections = UserCounts()
    /// Bytes that wait in connections, to be read or written.
    private(set) var queuedBytes = UserCounts()
    /// To events.
    private(set) var subscriptions = UserCounts()

    /// Why a user may not have one more connection; nil where it may.
    /// - Parameter isPrivileged: root, or the daemon's own user.
    func connectionRefusal(of uid: UInt32, _ role: Role, isPrivileged: Bool, _ limits: Limits) -> Refusal? {
        if role == .any, !isPrivileged, connections[uid] >= Limits.connectionsWithoutRole {
            return .quotaExceeded("max_connections_without_role", limit: Limits.connectionsWithoutRole)
        }
        return connections.refusal(adding: 1, of: uid, limits.connectionQuota, isPrivileged: isPrivileged)
    }

    mutating func addConnection(of uid: UInt32) { connections.add(1, of: uid) }
    mutating func removeConnection(of uid: UInt32) { connections.add(-1, of: uid) }

    mutating func addSubscriptions(_ count: Int, of uid: UInt32) { subscriptions.add(count, of: uid) }

    /// More bytes wait, or fewer.
    /// - Returns: why they may not; nil where they may, or where there are fewer.
    mutating func addQueuedBytes(_ count: Int, of uid: UInt32, isPrivileged: Bool, _ limits: Limits) -> Refusal? {
        queuedBytes.add(count, of: uid)
        guard count > 0 else { return nil }
        return queuedBytes.refusal(adding: 0, of: uid, limits.queuedBytesQuota, isPrivileged: isPrivileged)
    }

    /// By uid.
    var usage: [UInt32: AccountUsage] {
        var usage: [UInt32: AccountUsage] = [:]
        func enter(_ counts: UserCounts, _ path: WritableKeyPath<AccountUsage, Int>) {
            for uid in counts.users { usage[uid, default: AccountUsage(uid: uid)][keyPath: path] = counts[uid] }
        }
        enter(connections, \.connections)
        enter(queuedBytes, \.queuedBytes)
        enter(subscriptions, \.subscriptions)
        return usage
    }

    /// The same, with what each user has in the store.
    func usage(storing bytes: [UInt32: Int]) -> [UInt32: AccountUsage] {
        var usage = usage
        for (uid, bytes) in bytes { usage[uid, default: AccountUsage(uid: uid)].storedBytes = bytes }
        return usage
    }
}
