import ConductorBridge
import ConductorJSON
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The claims that an owner's bridge has granted and not ended, in a file: a line for each that is recorded or erased.
///
/// A claim that the file has lost is a lost attempt, which the daemon retries; it is never a second result.
actor ClaimBook {
    enum Entry: Sendable {
        case record(ClaimRecord)
        case erase(ClaimID)
    }

    /// From where on a file is written anew, where most of it is erased.
    private static let longestFile = 4 << 20

    private let file: ClaimFile
    private var live: [ClaimID: ClaimRecord]
    private var bytes = 0

    /// Claims that were recorded and not erased.
    nonisolated let found: [ClaimRecord]
    /// Lines that were not whole: the power was cut while they were written.
    nonisolated let brokenLines: Int

    /// - Throws: where the folder cannot be used, or another bridge uses it.
    init(folder: String) throws(ClaimFileFault) {
        file = try ClaimFile(folder: folder)
        var live: [ClaimID: ClaimRecord] = [:]
        var order: [ClaimID] = []
        var broken = 0
        for line in try file.contents().split(separator: UInt8(ascii: "\n")) {
            guard broken == 0, let entry = Entry(line: Array(line)) else {
                broken += 1
                continue
            }
            switch entry {
            case .record(let record):
                live[record.claim] = record
                order.append(record.claim)
            case .erase(let claim): live[claim] = nil
            }
        }
        self.live = live
        found = order.compactMap { live[$0] }
        brokenLines = broken
        bytes = try file.replace(with: Self.text(of: found))
    }

    /// Returns when what is recorded is on disk. One caller at a time.
    func write(_ entries: [Entry]) async throws {
        var text: [UInt8] = []
        var isDurable = false
        for entry in entries {
            switch entry {
            case .record(let record):
                live[record.claim] = record
                isDurable = true
            case .erase(let claim): live[claim] = nil
            }
            text += entry.line
        }
        let isTooLong = bytes + text.count > Self.longestFile && live.count * 1_024 < Self.longestFile / 2
        let kept = isTooLong ? live.values.sorted { $0.claim.description < $1.claim.description } : []
        let (file, isFlushed) = (file, isDurable)
        // A disk may take its time; the threads of the pool that tasks run on are not for that.
        bytes = try await NIOThreadPool.singleton.runIfActive { [bytes, text] in
            if isTooLong { return try file.replace(with: Self.text(of: kept)) }
            try file.append(text, isFlushed: isFlushed)
            return bytes + text.count
        }
    }

    private static func text(of records: [ClaimRecord]) -> [UInt8] {
        records.flatMap { Entry.record($0).line }
    }
}

extension ClaimBook.Entry {
    init?(line: [UInt8]) {
        guard let json = try? JSONDocument(parsing: line).root else { return nil }
        if let record = json["record"] {
            guard let record = try? ClaimRecord(json: record) else { return nil }
            self = .record(record)
        } else if let claim = json["erase"] {
            guard let claim = try? ClaimID(json: claim) else { return nil }
            self = .erase(claim)
        } else {
            return nil
        }
    }

    var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch self {
            case .record(let record): writer.member("record", record)
            case .erase(let claim): writer.member("erase", claim)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
