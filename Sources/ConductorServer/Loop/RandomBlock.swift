#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's random numbers, read a block at a time: a token is as hard to guess, and costs no system call of its own.
final class RandomBlock: RandomNumberGenerator {
    /// What the system gives in one call (`getentropy`), and never in parts.
    static let numbers = 256 / MemoryLayout<UInt64>.stride

    private var block = [UInt64](repeating: 0, count: RandomBlock.numbers)
    private var position = RandomBlock.numbers
    private let fill: (inout [UInt64]) -> Void

    init(fill: @escaping (inout [UInt64]) -> Void = RandomBlock.fillFromSystem) {
        self.fill = fill
    }

    func next() -> UInt64 {
        if position == block.count {
            fill(&block)
            position = 0
        }
        defer {
            // What was given away is known to its owner alone.
            block[position] = 0
            position += 1
        }
        return block[position]
    }

    static func fillFromSystem(_ block: inout [UInt64]) {
        let isFilled = block.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { getentropy($0, bytes.count) == 0 } ?? true
        }
        guard !isFilled else { return }
        var system = SystemRandomNumberGenerator()
        for index in block.indices { block[index] = system.next() }
    }
}
