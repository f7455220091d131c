import Foundation
import GRDB
import Testing

@testable import ConductorStore

@Suite("The checksum of a row")
struct ChecksumTests {
    @Test("is another one whichever bit of whichever column is flipped")
    func flips() {
        let text = "seventeen letters"
        let columns: [DatabaseValue] = [text.databaseValue, Data(text.utf8).databaseValue, 42.databaseValue]
        var seen: Set<Int64> = [Checksum.of(columns)]
        for position in text.utf8.indices {
            for bit in 0..<7 {
                var bytes = Array(text.utf8)
                bytes[text.utf8.distance(from: text.startIndex, to: position)] ^= 1 << bit
                seen.insert(
                    Checksum.of([String(decoding: bytes, as: UTF8.self).databaseValue, columns[1], columns[2]]))
                seen.insert(Checksum.of([columns[0], Data(bytes).databaseValue, columns[2]]))
            }
        }
        for bit in 0..<63 {
            seen.insert(Checksum.of([columns[0], columns[1], (Int64(42) ^ (1 << Int64(bit))).databaseValue]))
        }
        #expect(seen.count == 1 + 2 * 7 * text.utf8.count + 63)
    }

    @Test("tells columns of the same bytes apart by their kinds, their places and their ends")
    func kinds() {
        let rows: [[DatabaseValue]] = [
            ["ab".databaseValue], [Data("ab".utf8).databaseValue], ["a".databaseValue, "b".databaseValue],
            ["".databaseValue, "ab".databaseValue], ["ab".databaseValue, .null], [.null, "ab".databaseValue],
            [Int64(0).databaseValue], [Double(0).databaseValue], [.null], [], ["ab\0".databaseValue],
        ]
        #expect(Set(rows.map { Checksum.of($0) }).count == rows.count)
    }

    @Test("depends on the one before it in a chain")
    func chain() {
        let row = ["event".databaseValue]
        #expect(Set([Checksum.of(row), Checksum.of(row, after: 0), Checksum.of(row, after: 1)]).count == 3)
    }

    @Test("stays what databases were written with")
    func known() {
        let columns = ["a row".databaseValue, 7.databaseValue, .null, Data([1, 2, 3]).databaseValue]
        #expect(Checksum.of(columns, after: 5) == -2_672_712_285_149_216_501)
    }
}
