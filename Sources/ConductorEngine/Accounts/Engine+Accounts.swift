import ConductorModel
import ConductorProtocol

/// What each user has of what the engine holds in memory, and whether it may have more.
extension Engine {
    /// Why a user may not have these tasks and so many more workflows; nil where it may.
    func quotaRefusal(
        adding tasks: some Collection<TaskDefinition>, workflows count: Int = 0, bytes: Int, uid: UInt32
    ) -> Refusal? {
        let limits = configuration.limits
        let isPrivileged = configuration.isPrivileged(uid)
        return workflows.byUser.refusal(adding: count, of: uid, limits.workflowQuota, isPrivileged: isPrivileged)
            ?? live.byUser.refusal(adding: tasks.count, of: uid, limits.taskQuota, isPrivileged: isPrivileged)
            ?? demandRefusal(adding: tasks, uid: uid)
            ?? quotaRefusal(addingBytes: bytes, uid: uid)
    }

    private func demandRefusal(adding tasks: some Collection<TaskDefinition>, uid: UInt32) -> Refusal? {
        let count = demands.new(in: tasks, of: uid)
        // Whoever has more than a limit that was lowered may have tasks that add none.
        guard count > 0 else { return nil }
        return demands.byUser.refusal(
            adding: count, of: uid, configuration.limits.demandQuota, isPrivileged: configuration.isPrivileged(uid))
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
