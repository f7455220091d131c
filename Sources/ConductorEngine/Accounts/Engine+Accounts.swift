import ConductorModel
import ConductorProtocol

/// What each user has of what the engine holds in memory, and whether it may have more.
extension Engine {
    /// Why a user may not have so many more tasks and workflows; nil where it may.
    func quotaRefusal(adding tasks: Int, workflows count: Int = 0, bytes: Int, uid: UInt32) -> Refusal? {
        let limits = configuration.limits
        let isPrivileged = configuration.isPrivileged(uid)
        return workflows.byUser.refusal(adding: count, of: uid, limits.workflowQuota, isPrivileged: isPrivileged)
            ?? live.byUser.refusal(adding: tasks, of: uid, limits.taskQuota, isPrivileged: isPrivileged)
            ?? quotaRefusal(addingBytes: bytes, uid: uid)
    }

    /// Why a user's live work may not take so many more bytes; nil where it may.
    func quotaRefusal(addingBytes bytes: Int, uid: UInt32) -> Refusal? {
        configuration.limits.liveBytesQuota.refusal(
            adding: bytes, own: live.bytesByUser[uid] + workflows.bytesByUser[uid],
            all: live.bytesByUser.total + workflows.bytesByUser.total, isPrivileged: configuration.isPrivileged(uid))
    }

    /// Everybody who has anything, by uid.
    /// - Parameter connections: What the daemon knows of their connections.
    func accounts(_ connections: [UInt32: AccountUsage]) -> [AccountUsage] {
        var accounts = connections
        func add(_ counts: UserCounts, _ path: WritableKeyPath<AccountUsage, Int>) {
            for uid in counts.users {
                accounts[uid, default: AccountUsage(uid: uid)][keyPath: path] += counts[uid]
            }
        }
        add(fleet.byUser, \.agents)
        add(live.byUser, \.liveTasks)
        add(workflows.byUser, \.liveWorkflows)
        add(live.bytesByUser, \.liveBytes)
        add(workflows.bytesByUser, \.liveBytes)
        add(bus.byUser, \.channels)
        return accounts.values.sorted { $0.uid < $1.uid }
    }

    func accounts(_ known: StoredContext) -> Result<Reply, Refusal> {
        guard case .accounts(let connections) = known else {
            return .failure(Refusal(.internalError, "the connections were not counted"))
        }
        return .success(.accounts(accounts(connections)))
    }
}
