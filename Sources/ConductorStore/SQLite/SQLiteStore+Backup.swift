import Foundation
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension SQLiteStore {
    static let backups = "backups"

    public func backup(named name: String) throws(StoreFault) -> StoreBackup {
        let folder = folder.path + "/" + Self.backups
        let file = folder + "/" + name + ".db", unfinished = file + ".unfinished"
        try makeFolder(folder)
        unlink(unfinished)
        defer { unlink(unfinished) }
        guard access(file, F_OK) != 0 else { throw .system(EEXIST, at: file, "cannot be made") }
        try faulting("backup to \(unfinished)") {
            let reader = try DatabaseQueue(path: path, configuration: .conductor(.reading, "backup"))
            defer { try? reader.close() }
            try reader.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
            }
        }
        try flush(unfinished, mode: 0o600)
        guard rename(unfinished, file) == 0 else { throw .system(errno, at: file, "cannot be renamed") }
        try flush(folder)
        return StoreBackup(file: file, bytes: fileSize(file))
    }

    /// Puts a backup in the place of the database in `folder`; what was there is kept in a folder of the name `old`.
    ///
    /// The backup is verified first; no daemon may use the folder. A kill in the midst leaves the one or the other.
    ///
    /// - Returns: where the former database is now; nil where there was none.
    public static func restore(
        _ backup: String, into path: String, keepingOldAs old: String
    ) throws(StoreFault) -> String? {
        if let problem = try verify(backup: backup).problems.first {
            throw StoreFault(.corrupt, at: backup, "is damaged (\(problem)); nothing was restored")
        }
        let folder = try StateFolder(path: path)
        defer { folder.release() }
        let incoming = IncomingDatabase(folder: path)
        try incoming.copy(backup)
        let kept = try incoming.keepFormer(in: path + "/" + old)
        try incoming.announce()
        try incoming.install()
        return kept
    }
}

/// A database that is about to replace the one in a state folder. Once it has its own name it will, whatever happens:
/// the next start goes on with it.
struct IncomingDatabase {
    let folder: String

    private var database: String { folder + "/" + Schema.file }
    private var file: String { database + ".incoming" }
    private var unfinished: String { file + ".unfinished" }
    private var mark: String { folder + "/" + HighWaterMark.file }

    fileprivate func copy(_ backup: String) throws(StoreFault) {
        unlink(unfinished)
        try faulting("copying \(backup)") { try FileManager.default.copyItem(atPath: backup, toPath: unfinished) }
        try flush(unfinished, mode: 0o600)
    }

    /// Links the former database's files into a folder beside it.
    fileprivate func keepFormer(in old: String) throws(StoreFault) -> String? {
        guard access(database, F_OK) == 0 else { return nil }
        try makeFolder(old)
        for part in [database, database + "-wal", mark] where access(part, F_OK) == 0 {
            let target = old + "/" + (part as NSString).lastPathComponent
            guard link(part, target) == 0 else { throw .system(errno, at: part, "cannot be kept as \(target)") }
        }
        try flush(old)
        return old
    }

    fileprivate func announce() throws(StoreFault) {
        try move(unfinished, to: file)
    }

    /// Puts it in its place, if there is one; its predecessor's log and mark would not fit it.
    func install() throws(StoreFault) {
        guard access(file, F_OK) == 0 else { return }
        for part in [database + "-shm", database + "-wal", mark] {
            guard unlink(part) == 0 || errno == ENOENT else { throw .system(errno, at: part, "cannot be removed") }
        }
        try move(file, to: database)
    }

    private func move(_ file: String, to target: String) throws(StoreFault) {
        guard rename(file, target) == 0 else { throw .system(errno, at: file, "cannot be renamed to \(target)") }
        try flush(folder)
    }
}

/// Makes what a file or folder holds durable.
private func flush(_ path: String, mode: mode_t? = nil) throws(StoreFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, at: path, "cannot be opened") }
    defer { close(descriptor) }
    if let mode, fchmod(descriptor, mode) != 0 { throw .system(errno, at: path, "cannot be made private") }
    guard fsync(descriptor) == 0 else { throw .system(errno, at: path, "cannot be flushed") }
}
