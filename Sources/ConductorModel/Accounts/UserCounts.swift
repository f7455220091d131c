/// How much of one thing each user has.
public struct UserCounts: Sendable {
    private var counts: [UInt32: Int] = [:]
    /// What all have together.
    public private(set) var total = 0

    public init() {}

    public subscript(uid: UInt32) -> Int { counts[uid] ?? 0 }

    /// Those who have any, in no order.
    public var users: some Collection<UInt32> { counts.keys }

    /// - Parameter count: Negative where the user has less from now on.
    public mutating func add(_ count: Int, of uid: UInt32) {
        guard count != 0 else { return }
        let left = self[uid] + count
        counts[uid] = left == 0 ? nil : left
        total += count
    }

    /// Why a user may not have so much more; nil where it may.
    public func refusal(adding count: Int, of uid: UInt32, _ quota: Quota, isPrivileged: Bool) -> Refusal? {
        quota.refusal(adding: count, own: self[uid], all: total, isPrivileged: isPrivileged)
    }
}
