import Foundation
import GRDB

/// What tells a row that is not as it was written.
///
/// FNV-1a (Fowler, Noll, Vo) by words of eight bytes, with a shift so that high bits reach the low ones. Each step is a
/// bijection of what went before: a change within one word is always seen, any other one but for 1 in 2^64.
struct Checksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// In a chain, after what has the checksum `previous`.
    init(after previous: Int64? = nil) {
        if let previous { add(UInt64(bitPattern: previous)) }
    }

    /// How it stands in its column.
    var value: Int64 { Int64(bitPattern: state) }

    /// Of `columns`; in a chain, after the row whose checksum is `previous`.
    static func of(_ columns: some Sequence<DatabaseValue>, after previous: Int64? = nil) -> Int64 {
        var checksum = Checksum(after: previous)
        for column in columns { checksum.add(column) }
        return checksum.value
    }

    mutating func add(_ column: DatabaseValue) {
        switch column.storage {
        case .null: addNull()
        case .int64(let integer): add(integer: integer)
        case .double(let number):
            add(2)
            add(number.bitPattern)
        case .string(let text): add(text)
        case .blob(let data): data.withUnsafeBytes { add(blob: $0) }
        }
    }

    mutating func addNull() {
        add(0)
    }

    mutating func add(integer: Int64) {
        add(1)
        add(UInt64(bitPattern: integer))
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(text: UnsafeRawBufferPointer($0)) }
    }

    mutating func add(text: UnsafeRawBufferPointer) {
        add(3)
        add(text)
    }

    mutating func add(blob: UnsafeRawBufferPointer) {
        add(4)
        add(blob)
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(UInt64(bytes.count))
        var offset = 0
        while offset + 8 <= bytes.count {
            add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        guard offset < bytes.count else { return }
        var word: UInt64 = 0
        for index in offset..<bytes.count { word |= UInt64(bytes[index]) << (8 * UInt64(index - offset)) }
        add(word)
    }

    private mutating func add(_ word: UInt64) {
        state = (state ^ word) &* 0x100_0000_01B3
        state ^= state >> 32
    }
}
