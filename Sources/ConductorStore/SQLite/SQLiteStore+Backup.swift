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
        try projection.catchUp()
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
    /// A copy of the backup is verified first; no daemon may use the folder. A kill in the midst leaves the one or the
    /// other.
    ///
    /// - Returns: where the former database is now; nil where there was none.
    public static func restore(
        _ backup: String, into path: String, keepingOldAs old: String
    ) throws(StoreFault) -> String? {
        try BackupFile.check(backup)
        let folder = try StateFolder(path: path)
        defer { folder.release() }
        let incoming = IncomingDatabase(folder: path)
        defer { incoming.discard() }
        try incoming.copy(backup)
        if let problem = try verify(backup: incoming.unfinished, of: backup).problems.first {
            throw StoreFault(.corrupt, at: backup, "is damaged (\(problem)); nothing was restored")
        }
        let kept = try incoming.keepFormer(in: path + "/" + old)
        try incoming.announce()
        try incoming.install()
        return kept
    }
}
