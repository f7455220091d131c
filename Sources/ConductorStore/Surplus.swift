/// What has to go so that a store is within its size, and how far the history of each user has been walked for that.
struct Surplus: Hashable, Sendable {
    /// What the events may take before the oldest go: they are one chain and nobody's own, and push out nobody's work
    /// beyond that.
    private static let shareOfEvents = 4
    /// So much of its size is in use where a pass has come to its end, in tenths: it need not begin anew at once.
    private static let tenths = 9

    /// Rows that have been looked at, table by table.
    struct Position: Hashable, Sendable {
        var tasks: Int64 = 0
        var workflows: Int64 = 0
        var deadLetters: Int64 = 0
    }

    /// Still to be removed.
    private(set) var bytes: Int64
    let bytesOfEvents: Int64
    private(set) var positions: [UInt32: Position] = [:]
    /// Those of whom nothing more may go.
    private(set) var spent: Set<UInt32> = []

    /// Nil where a store of which `used` bytes are in use is within `maximum`.
    init?(used: Int64, of maximum: Int) {
        guard maximum > 0, used > maximum else { return nil }
        bytes = used - Int64(maximum) / 10 * Int64(Self.tenths)
        bytesOfEvents = Int64(maximum) / Int64(Self.shareOfEvents)
    }

    var isRemoved: Bool { bytes <= 0 }

    func position(of uid: UInt32) -> Position { positions[uid] ?? Position() }

    /// What one step takes of a user who has `own` bytes, where whoever has the most of the others has `next`: until
    /// they have as much, and then in turns.
    func part(of own: Int64, next: Int64) -> Int64 {
        min(bytes, max(own - next, bytes / 8, 1))
    }

    func without(_ removed: Int64) -> Surplus {
        var surplus = self
        surplus.bytes -= removed
        return surplus
    }

    /// - Parameter position: nil where there is nothing more of the user.
    func walked(to position: Position?, of uid: UInt32) -> Surplus {
        var surplus = self
        surplus.positions[uid] = position
        if position == nil { surplus.spent.insert(uid) }
        return surplus
    }
}
