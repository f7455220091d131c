/// The commits that are not known to be in the tables for good, in two files that are used in turn.
///
/// A commit is one record and one flush. A file is used anew once the tables have all that it holds, flushed. After a
/// flush that failed nothing is written any more: the next start looks what is there.
struct CommitLog: ~Copyable, Sendable {
    /// A file may grow to this, where the tables do not keep up. Bytes.
    static let limit = 64 << 20

    /// What fills a record's last page.
    private static let zeros = [UInt8](repeating: 0, count: LogRecordHeader.page)

    /// Where the next record goes.
    private struct Position {
        var file: Int
        var offset: Int
    }

    let paths: [String]
    private let folder: String
    private let identity: UInt64
    private(set) var end: CommitLink
    /// The last commit in each file; 0 for none.
    private var last: [Int64]
    private var position: Position
    private var files: [LogFile] = []
    private var sizes: [Int] = []

    static func paths(in folder: String) -> [String] {
        ["conductor.db-commits.0", "conductor.db-commits.1"].map { folder + "/" + $0 }
    }

    /// Goes on after `contents`: where files are missing or too short they are made whole, and what does not follow is
    /// overwritten.
    init(_ contents: LogContents, in folder: String, of log: UInt64) throws(StoreFault) {
        paths = contents.paths
        self.folder = folder
        identity = log
        end = contents.end
        last = [0, 0]
        for entry in contents.commits { last[entry.file] = entry.header.link.number }
        let newest = contents.commits.last
        position = Position(
            file: newest?.file ?? 0, offset: newest.map { $0.offset + $0.header.size } ?? LogRecordHeader.page)
        for (index, content) in contents.files.enumerated() {
            switch content {
            case .whole(let made): try open(index, made: made, contents)
            case .missing:
                try LogFile.make(paths[index], in: folder, of: log)
                try open(index, made: LogFile.size, contents)
            case .damaged: try open(index, made: nil, contents)
            case .ofOther: throw .otherLog(paths[index])
            case .newerVersion: throw .newerVersion(paths[index])
            }
        }
    }

    /// - Parameter made: how long the file was made; nil where it does not say so any more.
    private mutating func open(_ index: Int, made: Int?, _ contents: LogContents) throws(StoreFault) {
        let file = try LogFile(path: paths[index])
        let found = Int(fileSize(paths[index])), size = max(found, made ?? LogFile.size)
        let strays = contents.strays.filter { $0.file == index }
        if found < size { try file.write([UInt8](repeating: 0, count: size - found), at: found) }
        if made == nil { try file.write(LogFile.header(of: identity, size: size), at: 0) }
        for stray in strays {
            try file.write([UInt8](repeating: 0, count: LogRecordHeader.page), at: stray.offset)
        }
        if made != size || !strays.isEmpty { try file.flush() }
        files.append(file)
        sizes.append(size)
    }

    var size: Int { sizes.reduce(0, +) }

    /// Whether it is time to have the tables flushed through `lastInOther`, so that no commit will have to wait.
    var isHalfFull: Bool { position.offset > sizes[position.file] / 2 }

    /// The last commit in the file that is used next.
    var lastInOther: Int64 { last[1 - position.file] }

    /// Whether `append` would wait for the tables: the file is full, the other one still needed, and growth at its end.
    func mustWait(payload length: Int, flushed: Int64) -> Bool {
        let end = position.offset + LogRecordHeader.size(payload: length)
        return end > max(sizes[position.file], Self.limit) && lastInOther > flushed
            && position.offset > LogRecordHeader.page
    }

    /// Makes a commit durable, in a file that has room.
    ///
    /// - Parameters:
    ///   - record: room for the header, and the payload.
    ///   - flushed: the last commit that the tables have for good.
    mutating func append(_ record: inout [UInt8], flushed: Int64) throws(StoreFault) {
        let size = LogRecordHeader.size(payload: record.count - LogRecordHeader.length)
        if position.offset + size > sizes[position.file], lastInOther <= flushed { useOther() }
        let file = files[position.file]
        try file.mustBeInPlace()
        let link = LogRecordHeader.seal(&record, identity: identity, after: end)
        let length = record.count
        record += Self.zeros[..<(size - length)]
        do throws(StoreFault) {
            try file.write(record, at: position.offset)
        } catch {
            // What was written of it is no record, and is overwritten.
            if position.offset + size > sizes[position.file] { file.truncate(to: sizes[position.file]) }
            record.removeLast(size - length)
            throw error
        }
        try file.flush()
        end = link
        last[position.file] = link.number
        position.offset += size
        sizes[position.file] = max(sizes[position.file], position.offset)
    }

    /// The other file is used from here on.
    private mutating func useOther() {
        let next = 1 - position.file
        position = Position(file: next, offset: LogRecordHeader.page)
        last[next] = 0
    }

    func mustBeInPlace() throws(StoreFault) {
        for file in files { try file.mustBeInPlace() }
    }
}
