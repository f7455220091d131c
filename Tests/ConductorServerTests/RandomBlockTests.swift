import Testing

@testable import ConductorServer

@Suite("Random numbers read in blocks")
struct RandomBlockTests {
    @Test("every number is given once, in order, and a new block is read when the last is used up")
    func blocks() {
        var blocks = 0
        let random = RandomBlock { block in
            blocks += 1
            for index in block.indices { block[index] = UInt64(blocks * 1000 + index) }
        }
        #expect(blocks == 0)
        let first = (0..<RandomBlock.numbers).map { _ in random.next() }
        #expect(first == (0..<RandomBlock.numbers).map { UInt64(1000 + $0) })
        #expect(blocks == 1)
        #expect(random.next() == 2000)
        #expect(blocks == 2)
    }

    @Test("the system's numbers fill whole blocks, and none of many comes twice")
    func system() {
        let random = RandomBlock(), others = RandomBlock()
        let numbers = (0..<10 * RandomBlock.numbers).flatMap { _ in [random.next(), others.next()] }
        #expect(Set(numbers).count == numbers.count)
        #expect(!numbers.contains(0))
    }
}
