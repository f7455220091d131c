import ConductorStore
import Foundation

/// The log's two files: commits of which each takes a length and that many bytes, then what is done to the files. What
/// is read is what was written, from the first commit on without a gap.
enum LogTarget: FuzzTarget {
    static let name = "log"

    private static let identity: UInt64 = 0x1122_3344_5566_7788

    static func run(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        var files = [0, 1].map { _ in LogFile.header(of: identity, size: 1 << 16) }
        var payloads: [[UInt8]] = []
        var end = CommitLink.origin
        var file = 0
        for _ in 0..<choices.below(8) {
            if choices.below(4) == 0 { file = 1 - file }
            let payload = choices.take(Int(choices.byte()) * 32)
            var record = [UInt8](repeating: 0, count: LogRecordHeader.length) + payload
            end = LogRecordHeader.seal(&record, identity: identity, after: end)
            payloads.append(payload)
            let size = LogRecordHeader.size(payload: payload.count)
            files[file] += record + [UInt8](repeating: 0, count: size - record.count)
        }
        let isWhole = choices.isEmpty
        for _ in 0..<8 where !choices.isEmpty { damage(&files[choices.below(2)], &choices) }
        let applied = choices.below(3) == 0 ? CommitLink.origin : end
        check(files, payloads, after: applied, isWhole: isWhole)
    }

    private static func damage(_ file: inout [UInt8], _ choices: inout Choices) {
        guard !file.isEmpty else { return }
        let page = choices.below(16) * LogRecordHeader.page
        switch choices.below(4) {
        case 0:
            let place = (page + choices.below(64)) % file.count
            file[place] ^= choices.byte()
        case 1: file.removeLast(min(file.count, page + choices.below(256)))
        case 2:
            let copied = choices.below(16) * LogRecordHeader.page
            guard page + LogRecordHeader.page <= file.count, copied + LogRecordHeader.page <= file.count else { return }
            let bytes = file[copied..<copied + LogRecordHeader.page]
            file.replaceSubrange(page..<page + LogRecordHeader.page, with: bytes)
        default:
            let bytes = choices.take(64)
            guard page + bytes.count <= file.count else { return }
            file.replaceSubrange(page..<page + bytes.count, with: bytes)
        }
    }

    private static func check(_ files: [[UInt8]], _ payloads: [[UInt8]], after applied: CommitLink, isWhole: Bool) {
        let contents = LogContents(["a", "b"], holding: files.map { Data($0) }, of: identity, after: applied)
        let count = contents.commits.count
        promise(count <= payloads.count, "more commits than were written")
        promise(!isWhole || applied.number != 0 || count == payloads.count, "commits are lost")
        for (index, entry) in contents.commits.enumerated() {
            promise(entry.header.link.number == applied.number + Int64(index) + 1, "a gap")
            promise(contents.payload(of: entry) == payloads[Int(entry.header.link.number) - 1], "other bytes")
            promise(contents.link(at: entry.header.link.number) == entry.header.link, "another link")
        }
        _ = contents.fault
    }
}
