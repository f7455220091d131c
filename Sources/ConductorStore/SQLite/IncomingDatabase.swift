import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A database that is about to replace the one in a state folder. Once it has its own name it will, whatever happens:
/// the next start goes on with it.
struct IncomingDatabase {
    let folder: String

    private var database: String { folder + "/" + Schema.file }
    private var file: String { database + ".incoming" }
    private var unfinished: String { file + ".unfinished" }
    private var mark: String { folder + "/" + HighWaterMark.file }

    func copy(_ backup: String) throws(StoreFault) {
        unlink(unfinished)
        try faulting("copying \(backup)") { try FileManager.default.copyItem(atPath: backup, toPath: unfinished) }
        try flush(unfinished, mode: 0o600)
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
