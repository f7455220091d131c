/// How much of one thing a user may have, and all users together.
///
/// Of what others leave, a user may take half, so that users who come later get a share too. Root and the daemon's own
/// user may take all that is there, and have a reserve that nobody else can take.
public struct Quota: Sendable {
    /// A limit by its name on the wire.
    public struct Bound: Sendable {
        public let name: String
        public let limit: Int

        public init(_ name: String, _ limit: Int) {
            self.name = name
            self.limit = limit
        }
    }

    public let perUser: Bound
    public let inAll: Bound
    /// What of `inAll` is kept for root and the daemon's own user.
    public let reserve: Int

    /// - Parameter reserve: The most that is kept for root; an eighth of a smaller limit.
    public init(perUser: Bound, inAll: Bound, reserve: Int) {
        self.perUser = perUser
        self.inAll = inAll
        self.reserve = min(reserve, inAll.limit / 8)
    }

    /// Why a user may not have so much more; nil where it may.
    /// - Parameters:
    ///   - own: What the user has.
    ///   - all: What all have together, this user included.
    ///   - isPrivileged: Root, or the daemon's own user.
    public func refusal(adding count: Int, own: Int, all: Int, isPrivileged: Bool) -> Refusal? {
        if isPrivileged {
            return all + count <= inAll.limit ? nil : .quotaExceeded(inAll.name, limit: inAll.limit)
        }
        if own + count > perUser.limit { return .quotaExceeded(perUser.name, limit: perUser.limit) }
        let left = inAll.limit - reserve - (all - own)
        return own + count <= (left + 1) / 2 ? nil : .quotaExceeded(inAll.name, limit: inAll.limit)
    }
}

extension Limits {
    public var connectionQuota: Quota {
        Quota(
            perUser: .init("max_connections_per_uid", maxConnectionsPerUID),
            inAll: .init("max_connections", maxConnections), reserve: 64)
    }

    public var agentQuota: Quota {
        Quota(
            perUser: .init("max_agents_per_uid", maxAgentsPerUID), inAll: .init("max_agents", maxAgents), reserve: 64)
    }

    public var taskQuota: Quota {
        Quota(
            perUser: .init("max_live_tasks_per_uid", maxLiveTasksPerUID),
            inAll: .init("max_live_tasks", maxLiveTasks), reserve: 1_000)
    }

    public var workflowQuota: Quota {
        Quota(
            perUser: .init("max_live_workflows_per_uid", maxLiveWorkflowsPerUID),
            inAll: .init("max_live_workflows", maxLiveWorkflows), reserve: 64)
    }

    /// Of different demands for labelled agents.
    public var demandQuota: Quota {
        Quota(
            perUser: .init("max_agent_demands_per_uid", maxAgentDemandsPerUID),
            inAll: .init("max_agent_demands", maxAgentDemands), reserve: 16)
    }

    /// Of inputs, definitions and results of work that has not ended. Bytes.
    public var liveBytesQuota: Quota {
        Quota(
            perUser: .init("max_live_bytes_per_uid", maxLiveBytesPerUID),
            inAll: .init("max_live_bytes", maxLiveBytes), reserve: 64 << 20)
    }

    /// Of what waits in connections to be read or written, requests in flight among it. Bytes.
    public var queuedBytesQuota: Quota {
        Quota(
            perUser: .init("max_queued_bytes_per_uid", maxQueuedBytesPerUID),
            inAll: .init("max_queued_bytes", maxQueuedBytes), reserve: 64 << 20)
    }

    /// Event subscriptions, and channels of the bus that are listened on.
    public var subscriptionQuota: Quota {
        Quota(
            perUser: .init("max_subscriptions_per_uid", maxSubscriptionsPerUID),
            inAll: .init("max_subscriptions", maxSubscriptions), reserve: 64)
    }
}
