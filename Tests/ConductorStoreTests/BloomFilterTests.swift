import ConductorRandom
import Testing

@testable import ConductorStore

@Suite("A Bloom filter")
struct BloomFilterTests {
    private static func hashes(_ count: Int, seed: UInt64) -> [UInt64] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { _ in random.next() }
    }

    @Test("holds all that was put into it, also more than it was made for")
    func holdsAll() {
        var filter = BloomFilter(capacity: 1_000)
        let hashes = Self.hashes(3_000, seed: 1)
        for hash in hashes { filter.insert(hash) }
        #expect(hashes.allSatisfy(filter.mayContain))
        #expect(filter.isFull)
    }

    @Test("seems to hold few others: one of 20 at most where it is full", arguments: [100, 1_000, 100_000])
    func seldomWrong(capacity: Int) {
        var filter = BloomFilter(capacity: capacity)
        for hash in Self.hashes(capacity, seed: 2) { filter.insert(hash) }
        let others = Self.hashes(10_000, seed: 3)
        #expect(others.count(where: filter.mayContain) < others.count / 20)
    }

    @Test("that is empty holds nothing")
    func empty() {
        let filter = BloomFilter(capacity: 0)
        #expect(!Self.hashes(100, seed: 4).contains(where: filter.mayContain))
    }
}
