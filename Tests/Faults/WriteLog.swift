/// What a daemon did to its files, in order: the log that `Shim/storage.c` keeps.
struct WriteLog {
    enum Record {
        case opened(file: UInt32, path: String)
        case created(file: UInt32, path: String)
        case written(file: UInt32, offset: Int, bytes: ArraySlice<UInt8>)
        case truncated(file: UInt32, length: Int)
        /// The file's content is on the disk.
        case flushed(file: UInt32)
        /// The folder's entries are on the disk.
        case namesFlushed
        case renamed(file: UInt32, to: String)
        case unlinked(file: UInt32)
    }

    /// Each with the length of the log behind it.
    private(set) var records: [(record: Record, end: Int64)] = []

    /// Where the daemon was killed in the middle of a record, that one is left out.
    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let (kind, file, offset, length) = Self.header(&rest) {
            let hasBytes = [1, 2, 3, 7].contains(kind)
            guard !hasBytes || rest.count >= length else { return }
            let bytes = hasBytes ? rest.prefix(length) : []
            rest = rest.dropFirst(bytes.count)
            let path = kind == 3 ? "" : String(decoding: bytes, as: UTF8.self)
            let record: Record
            switch kind {
            case 1: record = .opened(file: file, path: path)
            case 2: record = .created(file: file, path: path)
            case 3: record = .written(file: file, offset: offset, bytes: bytes)
            case 4: record = .truncated(file: file, length: offset)
            case 5: record = .flushed(file: file)
            case 6: record = .namesFlushed
            case 7: record = .renamed(file: file, to: path)
            case 8: record = .unlinked(file: file)
            default: return
            }
            records.append((record, Int64(rest.startIndex)))
        }
    }

    private static func header(
        _ bytes: inout ArraySlice<UInt8>
    ) -> (kind: UInt32, file: UInt32, offset: Int, length: Int)? {
        guard bytes.count >= 24 else { return nil }
        let words = bytes.prefix(24).withUnsafeBytes { header in
            (
                header.loadUnaligned(as: UInt32.self),
                header.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                header.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                header.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            )
        }
        bytes = bytes.dropFirst(24)
        return (words.0, words.1, Int(clamping: words.2), Int(clamping: words.3))
    }
}
