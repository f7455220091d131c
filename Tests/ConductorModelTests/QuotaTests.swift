import ConductorModel
import Testing

@Suite("What users may have")
struct QuotaTests {
    private var counts = UserCounts()

    private func quota(perUser: Int, inAll: Int, reserve: Int = 64) -> Quota {
        Quota(perUser: .init("per_user", perUser), inAll: .init("in_all", inAll), reserve: reserve)
    }

    /// Takes one more until it is refused.
    /// - Returns: how many it was, and the limit that the refusal names.
    private mutating func fill(_ uid: UInt32, _ quota: Quota, isPrivileged: Bool = false) -> (Int, String) {
        var count = 0
        while true {
            if let refusal = counts.refusal(adding: 1, of: uid, quota, isPrivileged: isPrivileged) {
                guard case .text(let name) = refusal.details["quota"] else { return (count, "none") }
                return (count, name)
            }
            counts.add(1, of: uid)
            count += 1
        }
    }

    @Test("a user has as many as one may have, and not one more")
    mutating func perUser() {
        #expect(fill(1, quota(perUser: 1_000, inAll: 3_000)) == (1_000, "per_user"))
    }

    @Test("whoever comes after others gets on, however many these have", arguments: [100, 1_000, 10_000])
    mutating func share(inAll: Int) {
        for uid in 1...6 as ClosedRange<UInt32> {
            let (count, name) = fill(uid, quota(perUser: inAll, inAll: inAll))
            #expect(count > 0, "uid \(uid)")
            #expect(name == "in_all")
        }
    }

    @Test("root and the daemon's user get on when others have all that they can have")
    mutating func reserve() {
        let quota = quota(perUser: 1_000, inAll: 1_000)
        for uid in 1...50 as ClosedRange<UInt32> { _ = fill(uid, quota) }
        let (count, name) = fill(0, quota, isPrivileged: true)
        #expect(count >= 64)
        #expect(name == "in_all")
        #expect(counts.total == 1_000)
    }

    @Test("a limit of one is one that a user can have")
    mutating func one() {
        #expect(fill(1, quota(perUser: 10, inAll: 1)) == (1, "in_all"))
    }

    @Test("what goes makes room, and who has nothing is not listed")
    mutating func leaving() {
        let quota = quota(perUser: 2, inAll: 1_000)
        #expect(fill(1, quota).0 == 2)
        counts.add(-1, of: 1)
        #expect(fill(1, quota).0 == 1)
        counts.add(-2, of: 1)
        #expect(counts.total == 0 && counts.users.isEmpty)
    }

    @Test("one user who is alone may have what the defaults promise")
    mutating func defaults() {
        let limits = Limits()
        for quota in [
            limits.connectionQuota, limits.agentQuota, limits.taskQuota, limits.workflowQuota, limits.liveBytesQuota,
            limits.queuedBytesQuota, limits.subscriptionQuota,
        ] {
            let most = quota.perUser.limit
            #expect(quota.refusal(adding: most, own: 0, all: 0, isPrivileged: false) == nil, "\(quota.perUser.name)")
            // And another one after it.
            let half = quota.refusal(adding: most / 2, own: 0, all: most, isPrivileged: false)
            #expect(half == nil, "\(quota.perUser.name)")
        }
    }
}
