import Foundation

/// What a log in SQLite's format holds behind the last commit that SQLite would read from it.
///
/// The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
enum LogTail: Hashable {
    /// Nothing, or a part of a commit that was cut off.
    case torn
    /// Frames that belong to it: something before them, or in them, was changed.
    case damaged(at: Int)

    init(log path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            self = .torn
            return
        }
        self = Self.tail(of: try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
    }

    private static let headerLength = 32
    private static let frameHeaderLength = 24

    private static func tail(of log: Data) -> LogTail {
        log.withUnsafeBytes { bytes in
            func word(_ offset: Int) -> UInt32 {
                UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            guard bytes.count >= headerLength else { return .torn }
            var sums = WALSums(isBigEndian: word(0) & 1 == 1)
            sums.add(bytes[0..<24])
            guard word(0) & ~1 == 0x377F_0682, sums == (word(24), word(28)) else { return .damaged(at: 0) }
            let pageSize = Int(word(8)), frameLength = frameHeaderLength + pageSize
            guard pageSize >= 512 else { return .damaged(at: 8) }
            let salts = (word(16), word(20))
            var offset = headerLength
            while offset + frameLength <= bytes.count {
                sums.add(bytes[offset..<offset + 8])
                sums.add(bytes[offset + frameHeaderLength..<offset + frameLength])
                guard (word(offset + 8), word(offset + 12)) == salts, sums == (word(offset + 16), word(offset + 20))
                else { break }
                offset += frameLength
            }
            for later in stride(from: offset, through: bytes.count - frameLength, by: frameLength)
            where (word(later + 8), word(later + 12)) == salts {
                return .damaged(at: offset)
            }
            return .torn
        }
    }
}

/// The sums of a log in SQLite's format, over words of four bytes.
private struct WALSums {
    private let isBigEndian: Bool
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>) {
        for offset in stride(from: bytes.startIndex, to: bytes.endIndex - 7, by: 8) {
            first &+= word(bytes.base, offset) &+ second
            second &+= word(bytes.base, offset + 4) &+ first
        }
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    static func == (sums: WALSums, stored: (UInt32, UInt32)) -> Bool {
        sums.first == stored.0 && sums.second == stored.1
    }
}
