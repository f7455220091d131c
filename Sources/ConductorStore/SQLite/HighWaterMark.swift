import ConductorModel
import Foundation
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How far the database is known to have come, in a file of its own: SQLite takes a log whose end is gone, or whose
/// middle is damaged, for a shorter one.
///
/// Each record is written by one thread. `logged` is the newest commit and its checksum, which outlives the process,
/// though not a power cut; `checkpointed` the newest event and its checksum when the tables were checkpointed, which
/// outlives both; `committed` was the newest event of databases that had no log of commits yet.
final class HighWaterMark: Sendable {
    enum Record: String {
        case committed, checkpointed, logged

        /// Where it stands in the file. Each is in a sector of its own, and written at once.
        fileprivate var offset: off_t {
            switch self {
            case .committed: 0
            case .checkpointed: 4096
            case .logged: 8192
            }
        }
    }

    static let file = "conductor.mark"
    private static let length = 80

    let path: String
    private let descriptor: Int32

    /// Opens the mark at `path`, an existing file.
    init(path: String) throws(StoreFault) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system(errno, at: path, "cannot be opened") }
    }

    /// Nil where there is none.
    convenience init?(existing path: String) throws(StoreFault) {
        guard access(path, F_OK) == 0 else { return nil }
        try self.init(path: path)
    }

    deinit {
        close(descriptor)
    }

    /// Nil where it was never written, or was removed; a `.corrupt` fault where it cannot be read.
    func read(_ record: Record) throws(StoreFault) -> EventChain.Link? {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        let count = pread(descriptor, &bytes, bytes.count, record.offset)
        guard count >= 0 else { throw .system(errno, at: path, "cannot be read") }
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count >= 3, let sequence = Int(words[1]), Limits.counts.contains(sequence),
            let checksum = UInt64(words[2], radix: 16)
        else {
            throw damaged
        }
        let link = EventChain.Link(sequence: Int64(sequence), checksum: Int64(bitPattern: checksum))
        guard Self.line(link, record) == bytes else { throw damaged }
        return link
    }

    /// Where there is no room, the mark stays behind what is stored: then less of a loss would be seen, and that is all.
    func write(_ link: EventChain.Link, to record: Record) throws(StoreFault) {
        let line = Self.line(link, record)
        guard pwrite(descriptor, line, line.count, record.offset) != line.count else { return }
        guard errno != ENOSPC, errno != EDQUOT else { return }
        throw .system(errno, at: path, "cannot be written")
    }

    func flush() throws(StoreFault) {
        guard fdatasync(descriptor) == 0 else { throw .system(errno, at: path, "cannot be flushed") }
    }

    /// Its name, the event's sequence and checksum, and a checksum of these three; filled up with spaces.
    private static func line(_ link: EventChain.Link, _ record: Record) -> [UInt8] {
        var seal = Checksum()
        seal.add(record.rawValue)
        seal.add(integer: link.sequence)
        seal.add(integer: link.checksum)
        var line = [UInt8](repeating: 0x20, count: length), end = 0
        func put(_ word: some Collection<UInt8>) {
            for byte in word {
                line[end] = byte
                end += 1
            }
            end += 1
        }
        func put(hexadecimal number: UInt64) {
            let digits = max(1, (67 - number.leadingZeroBitCount) / 4)
            for position in 0..<digits {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - position)) & 15)
                line[end + position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            end += digits + 1
        }
        put(record.rawValue.utf8)
        put(String(link.sequence).utf8)
        put(hexadecimal: UInt64(bitPattern: link.checksum))
        put(hexadecimal: UInt64(bitPattern: seal.value))
        return line
    }

    private var damaged: StoreFault {
        StoreFault(.corrupt, at: path, "cannot be understood; \(Self.wayOut(path))")
    }

    /// For people, behind what is wrong.
    static func wayOut(_ path: String) -> String {
        "start from a backup with conductord --restore FILE, or remove \(path) to continue with what is there"
    }
}
