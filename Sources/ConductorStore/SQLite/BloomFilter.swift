/// A set of hashes that is never wrong where it says no, and seldom where it says yes (B. H. Bloom, 1970).
struct BloomFilter: Sendable {
    /// With as many bits a key and as many probes, one of 40 keys that are not in it seems to be when it is full, and one
    /// of 400 when it is half full.
    private static let bitsPerKey = 8
    private static let probes = 4

    let capacity: Int
    private(set) var count = 0
    private var words: [UInt64]

    /// - Parameter capacity: how many hashes it is made for; with more of them it says yes more often.
    init(capacity: Int) {
        self.capacity = capacity
        var bits = 64
        while bits < capacity * Self.bitsPerKey { bits *= 2 }
        words = Array(repeating: 0, count: bits / 64)
    }

    var isFull: Bool { count >= capacity }

    mutating func insert(_ hash: UInt64) {
        count += 1
        for probe in 0..<Self.probes {
            let bit = bit(hash, probe)
            words[Int(bit / 64)] |= 1 << (bit % 64)
        }
    }

    func mayContain(_ hash: UInt64) -> Bool {
        (0..<Self.probes).allSatisfy { probe in
            let bit = bit(hash, probe)
            return words[Int(bit / 64)] & 1 << (bit % 64) != 0
        }
    }

    /// Two halves of a hash make as many as are needed (A. Kirsch and M. Mitzenmacher, 2006).
    private func bit(_ hash: UInt64, _ probe: Int) -> UInt64 {
        let step = hash >> 32 | 1
        return (hash &+ UInt64(probe) &* step) & UInt64(words.count * 64 - 1)
    }
}
