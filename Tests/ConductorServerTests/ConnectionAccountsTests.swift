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
            if let refusal = accounts.connectionRefusal(of: uid, role, isPrivileged: isPrivileged, limits) {
                guard case .text(let quota) = refusal.details["quota"] else { return (count, "none") }
                return (count, quota)
            }
            accounts.addConnection(of: uid)
            count += 1
        }
    }

    @Test("a user who is alone has 10,000, and one without a role 64")
    mutating func alone() {
        #expect(fill(1) == (10_000, "max_connections_per_uid"))
        #expect(fill(2, .any) == (64, "max_connections_without_role"))
    }

    @Test("bytes that wait are refused to a user who has too many, and granted to another")
    mutating func queuedBytes() {
        limits.maxQueuedBytesPerUID = 1 << 20
        func add(_ bytes: Int, of uid: UInt32) -> Refusal? {
            accounts.addQueuedBytes(bytes, of: uid, isPrivileged: false, limits)
        }
        #expect(add(1 << 20, of: 1) == nil)
        #expect(add(1, of: 1)?.details["quota"] == .text("max_queued_bytes_per_uid"))
        #expect(add(-(1 << 20), of: 1) == nil)
        #expect(add(1 << 20, of: 2) == nil)
        #expect(accounts.queuedBytes[1] == 1)
    }

    @Test("what is used is listed by user")
    mutating func usage() {
        accounts.addConnection(of: 7)
        accounts.addSubscriptions(3, of: 7)
        _ = accounts.addQueuedBytes(100, of: 8, isPrivileged: false, limits)
        var seven = AccountUsage(uid: 7)
        seven.connections = 1
        seven.subscriptions = 3
        var eight = AccountUsage(uid: 8)
        eight.queuedBytes = 100
        #expect(accounts.usage == [7: seven, 8: eight])
    }
}
