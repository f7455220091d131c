/// How far the commits go, and what they are there: each commit's checksum covers that of the one before it.
package struct CommitLink: Hashable, Sendable {
    /// Before the first commit.
    package static let origin = CommitLink(number: 0, checksum: 0)

    package let number: Int64
    package let checksum: Int64
}

/// What stands before a commit's payload in the log: 40 bytes, little-endian, at the beginning of a page.
///
/// The identity is the log's own and secret: a payload that somebody made up cannot pass for a record.
package struct LogRecordHeader: Hashable {
    package static let length = 40
    /// Records begin on pages of their own, so that a torn write of one hurts none before it. Bytes.
    package static let page = 4096
    private static let magic: UInt32 = 0x4345_5243

    package var identity: UInt64
    /// Of the commit and what it became with this one.
    package var link: CommitLink
    /// The checksum of the commit before it.
    package var previous: Int64
    package var payloadLength: Int

    /// The bytes that the record takes, to the end of its last page.
    var size: Int { Self.size(payload: payloadLength) }

    package static func size(payload length: Int) -> Int {
        (Self.length + length + page - 1) / page * page
    }

    /// Fills in the header of a record whose payload follows it in `record`.
    ///
    /// - Returns: the link of its commit.
    package static func seal(_ record: inout [UInt8], identity: UInt64, after last: CommitLink) -> CommitLink {
        let number = last.number + 1
        return record.withUnsafeMutableBytes { bytes in
            func put<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
                bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self)
            }
            put(magic, at: 0)
            put(UInt32(truncatingIfNeeded: bytes.count - length), at: 4)
            put(identity, at: 8)
            put(number, at: 16)
            put(last.checksum, at: 24)
            let checksum = Self.checksum(UnsafeRawBufferPointer(bytes))
            put(checksum, at: 32)
            return CommitLink(number: number, checksum: checksum)
        }
    }

    /// Reads what may be a header; nil where it is none of this log.
    init?(_ bytes: UnsafeRawBufferPointer, identity: UInt64) {
        func word<Word: FixedWidthInteger>(_ offset: Int) -> Word {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }
        guard bytes.count >= Self.length, word(0) == Self.magic, word(8) == identity else { return nil }
        self.identity = identity
        payloadLength = Int(word(4) as UInt32)
        link = CommitLink(number: word(16), checksum: word(32))
        previous = word(24)
    }

    /// Whether `bytes`, which begin with this header, hold the record as it was written.
    func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let end = Self.length + payloadLength
        guard end <= bytes.count else { return false }
        return Self.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<end])) == link.checksum
    }

    /// Of all but the checksum itself.
    private static func checksum(_ record: UnsafeRawBufferPointer) -> Int64 {
        var checksum = Checksum()
        checksum.add(UnsafeRawBufferPointer(rebasing: record[..<32]))
        checksum.add(UnsafeRawBufferPointer(rebasing: record[length...]))
        return checksum.value
    }
}
