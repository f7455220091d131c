import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A database that is about to replace the one in a state folder. Once it has its own name it will, whatever happens:
/// the next start goes on with it.
struct IncomingDatabase {
    static let file = Schema.file + ".incoming"

    let folder: String

    private var database: String { folder + "/" + Schema.file }
    private var file: String { folder + "/" + Self.file }
    /// The copy that is to become it.
    var unfinished: String { file + ".unfinished" }
    private var mark: String { folder + "/" + HighWaterMark.file }

    /// Copies the backup, whatever becomes of it meanwhile; what is read from then on is the copy.
    func copy(_ backup: String) throws(StoreFault) {
        discard()
        // Neither a link is followed nor a fifo waited for: it is looked at once it is open.
        let source = try BackupFile(backup)
        let target = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard target >= 0 else { throw .system(errno, at: unfinished, "cannot be made") }
        defer { close(target) }
        try source.copy(to: target)
        guard fsync(target) == 0 else { throw .system(errno, at: unfinished, "cannot be flushed") }
    }

    /// Removes the copy, and what SQLite made beside it to read it.
    func discard() {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(unfinished + suffix) }
    }

    /// Links the former database's files into a folder beside it.
    func keepFormer(in old: String) throws(StoreFault) -> String? {
        guard access(database, F_OK) == 0 else { return nil }
        try makeFolder(old)
        for part in [database, database + "-wal", mark] + CommitLog.paths(in: folder) where access(part, F_OK) == 0 {
            let target = old + "/" + (part as NSString).lastPathComponent
            guard link(part, target) == 0 else { throw .system(errno, at: part, "cannot be kept as \(target)") }
        }
        try flush(old)
        return old
    }

    func announce() throws(StoreFault) {
        try move(unfinished, to: file)
    }

    /// Puts it in its place, if there is one; its predecessor's logs and mark would not fit it.
    func install() throws(StoreFault) {
        guard access(file, F_OK) == 0 else { return }
        for part in [database + "-shm", database + "-wal", mark] + CommitLog.paths(in: folder) {
            guard unlink(part) == 0 || errno == ENOENT else { throw .system(errno, at: part, "cannot be removed") }
        }
        try move(file, to: database)
    }

    private func move(_ file: String, to target: String) throws(StoreFault) {
        guard rename(file, target) == 0 else { throw .system(errno, at: file, "cannot be renamed to \(target)") }
        try flush(folder)
    }
}
