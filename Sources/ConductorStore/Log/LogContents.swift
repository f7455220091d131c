import Foundation

/// What the log's files hold after the commits that the tables show, as a start or a verification finds it.
package struct LogContents {
    /// A commit's place.
    package struct Entry: Hashable {
        package let file: Int
        package let offset: Int
        package let header: LogRecordHeader
    }

    package enum Fault: Hashable {
        /// The file is not there, or shorter than it was made.
        case cutOff(path: String)
        case damaged(path: String, offset: Int)
    }

    let paths: [String]
    /// The commits that follow the tables, without a gap.
    package private(set) var commits: [Entry] = []
    /// Whole records of later commits, which do not follow: what was between is gone.
    package private(set) var strays: [Entry] = []
    /// What each file is.
    private(set) var files: [LogFile.Content] = []
    private let data: [Data]
    private let applied: CommitLink

    /// - Parameter applied: the last commit that the tables show.
    init(_ paths: [String], of log: UInt64, after applied: CommitLink) throws(StoreFault) {
        let files = try paths.map { path throws(StoreFault) -> Data? in
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return try faulting(path) { try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) }
        }
        self.init(paths, holding: files, of: log, after: applied)
    }

    /// - Parameter files: what each of `paths` holds; nil where there is no file.
    package init(_ paths: [String], holding files: [Data?], of log: UInt64, after applied: CommitLink) {
        self.paths = paths
        self.applied = applied
        data = files.map { $0 ?? Data() }
        var found: [Entry] = []
        for (index, file) in files.enumerated() {
            self.files.append(file?.withUnsafeBytes { LogFile.content($0, of: log) } ?? .missing)
            found += data[index].withUnsafeBytes { Self.entries($0, in: index, of: log, after: applied.number) }
        }
        var end = applied
        for entry in found.sorted(by: { $0.header.link.number < $1.header.link.number }) {
            if end.number < .max, entry.header.link.number == end.number + 1, entry.header.previous == end.checksum {
                commits.append(entry)
                end = entry.header.link
            } else {
                strays.append(entry)
            }
        }
    }

    /// The last commit that the tables show or that follows them.
    package var end: CommitLink { commits.last?.header.link ?? applied }

    /// The link of commit `number`; nil where that is not known here.
    package func link(at number: Int64) -> CommitLink? {
        if number == applied.number { return applied }
        let index = number - applied.number - 1
        return commits.indices.contains(Int(clamping: index)) ? commits[Int(index)].header.link : nil
    }

    package func payload(of entry: Entry) -> [UInt8] {
        let begin = entry.offset + LogRecordHeader.length
        return data[entry.file].withUnsafeBytes { Array($0[begin..<begin + entry.header.payloadLength]) }
    }

    /// Where the next commit would have to stand and does not, though it is known to have been there.
    package var fault: Fault {
        for (path, (content, data)) in zip(paths, zip(files, data)) {
            switch content {
            case .missing: return .cutOff(path: path)
            case .whole(let made) where data.count < made: return .cutOff(path: path)
            case .whole, .ofOther, .newerVersion: break
            case .damaged: return data.count < LogFile.size ? .cutOff(path: path) : .damaged(path: path, offset: 0)
            }
        }
        return .damaged(path: paths[commits.last?.file ?? 0], offset: nextOffset)
    }

    /// Where the record after the last one would begin in its file.
    var nextOffset: Int { commits.last.map { $0.offset + $0.header.size } ?? LogRecordHeader.page }

    /// The whole records of commits after `number`. All pages are looked at, since what stands before one may be
    /// damaged.
    private static func entries(
        _ bytes: UnsafeRawBufferPointer, in file: Int, of log: UInt64, after number: Int64
    ) -> [Entry] {
        var entries: [Entry] = []
        var offset = LogRecordHeader.page
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let header = LogRecordHeader(rest, identity: log), header.link.number > number, header.isWhole(rest)
            else {
                offset += LogRecordHeader.page
                continue
            }
            entries.append(Entry(file: file, offset: offset, header: header))
            offset += header.size
        }
        return entries
    }
}
