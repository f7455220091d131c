import ConductorModel
import ConductorProtocol
import Testing

@testable import ConductorServer

@Suite("The connections of users")
struct ConnectionAccountsTests {
    private var accounts = ConnectionAccounts()
    private var limits = Limits()

    /// Connects until it is refused.
    /// - Returns: how many were granted, and the quota that the refusal names.
    private mutating func fill(_ uid: UInt32, _ role: Role = .operator, isPrivileged: Bool = false) -> (Int, String) {
        var count = 0
        while true {
            if let refusal = accounts.refusal(of: uid, role, isPrivileged: isPrivileged, limits) {
                guard case .text(let quota) = refusal.details["quota"] else { return (count, "none") }
                return (count, quota)
            }
            accounts.add(uid)
            count += 1
        }
    }

    @Test("a user who is alone has 10,000, and one without a role 64")
    mutating func alone() {
        #expect(fill(1) == (10_000, "max_connections_per_uid"))
        #expect(fill(2, .any) == (64, "max_connections_without_role"))
    }

    @Test("whoever comes after others gets on, however many these have", arguments: [100, 1_000, 10_000])
    mutating func share(maximum: Int) {
        limits.maxConnections = maximum
        limits.maxConnectionsPerUID = maximum
        for uid in 1...6 as ClosedRange<UInt32> {
            let (count, quota) = fill(uid)
            #expect(count > 0, "uid \(uid)")
            #expect(quota == "max_connections")
        }
    }

    @Test("root and the daemon's user get on when others have all that they can have")
    mutating func reserve() {
        limits.maxConnections = 1_000
        limits.maxConnectionsPerUID = 1_000
        for uid in 1...50 as ClosedRange<UInt32> { _ = fill(uid) }
        let (count, quota) = fill(0, .admin, isPrivileged: true)
        #expect(count >= 64)
        #expect(quota == "max_connections")
        #expect(accounts.total == 1_000)
    }

    @Test("who leaves makes room")
    mutating func leaving() {
        limits.maxConnectionsPerUID = 2
        #expect(fill(1).0 == 2)
        accounts.remove(1)
        #expect(fill(1).0 == 1)
        accounts.remove(7)
        #expect(accounts.total == 2)
    }
}
