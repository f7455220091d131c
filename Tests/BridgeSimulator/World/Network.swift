import ConductorBridge
import ConductorRandom

/// Carries messages between hosts: some are lost, doubled, late, or stopped by a partition.
struct Network {
    struct Packet {
        let from: HostName
        let to: HostName
        let bytes: [UInt8]
        let due: Int
    }

    /// How often of a hundred.
    var loss: Int
    var doubling: Int
    private var underWay: [Packet] = []
    /// Hosts that are cut off, and until which turn.
    private var cutOff: [HostName: Int] = [:]
    private var isCalm = false

    init(_ dice: inout SplitMix) {
        loss = dice.pick([0, 2, 10, 30]) ?? 0
        doubling = dice.pick([0, 5, 20]) ?? 0
    }

    mutating func send(_ bytes: [UInt8], from: HostName, to: HostName, at turn: Int, _ dice: inout SplitMix) {
        if !isCalm, dice.below(100) < loss { return }
        let copies = !isCalm && dice.below(100) < doubling ? 2 : 1
        for _ in 0..<copies {
            let delay = isCalm ? 1 : dice.oneIn(20) ? 1 + dice.below(80) : 1 + dice.below(4)
            underWay.append(Packet(from: from, to: to, bytes: bytes, due: turn + delay))
        }
    }

    mutating func cutOff(_ host: HostName, until turn: Int) { cutOff[host] = turn }

    mutating func heal() {
        isCalm = true
        cutOff = [:]
    }

    /// What arrives now, in any order.
    mutating func arrivals(at turn: Int, _ dice: inout SplitMix) -> [Packet] {
        let due = underWay.filter { $0.due <= turn }
        underWay.removeAll { $0.due <= turn }
        cutOff = cutOff.filter { $0.value > turn }
        return due.filter { cutOff[$0.from] == nil && cutOff[$0.to] == nil }.shuffled(using: &dice)
    }
}
