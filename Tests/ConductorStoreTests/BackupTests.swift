import ConductorEngine
import ConductorModel
import Foundation
import Testing

@testable import ConductorStore

@Suite("A backup")
struct BackupTests {
    private let files = FileManager.default

    @Test("holds what was committed before, is verified, and belongs to its owner only")
    func backup() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t")), .event(1)])
            let backup = try store.backup(named: "monday")
            try store.commit([.taskAdded(.queued("later")), .event(2)])
            #expect(backup.file == folder + "/backups/monday.db" && backup.bytes == fileSize(backup.file))
            #expect(try files.attributesOfItem(atPath: backup.file)[.posixPermissions] as? Int == 0o600)
            let verification = try SQLiteStore.verify(backup: backup.file)
            #expect(verification.problems == [] && verification.rows.last?.count == 1)
            #expect(try fault { _ = try store.backup(named: "monday") }.code == .system(EEXIST))
            #expect(try files.contentsOfDirectory(atPath: folder + "/backups") == ["monday.db"])
            try store.close()
        }
    }

    @Test("takes the database's place, and the former one is kept")
    func restoring() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t")), .event(1)])
            let backup = try store.backup(named: "monday")
            try store.commit([.taskAdded(.queued("later")), .event(2)])
            let locked = try fault { _ = try SQLiteStore.restore(backup.file, into: folder, keepingOldAs: "old") }
            #expect(locked.kind == .locked)
            try store.close()
            #expect(try SQLiteStore.restore(backup.file, into: folder, keepingOldAs: "old") == folder + "/old")
            let restored = try SQLiteStore(folder: folder)
            #expect(try restored.load().taskNames == ["t"] && restored.loss == nil)
            try restored.close()
            let former = try SQLiteStore(folder: folder + "/old")
            #expect(try former.load().taskNames == ["t", "later"] && former.loss == nil)
            try former.close()
        }
    }

    @Test("starts a folder that did not exist")
    func fresh() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t"))])
            let backup = try store.backup(named: "monday")
            try store.close()
            #expect(try SQLiteStore.restore(backup.file, into: folder + "-new", keepingOldAs: "old") == nil)
            let restored = try SQLiteStore(folder: folder + "-new")
            #expect(try restored.load().taskNames == ["t"])
            try restored.close()
        }
    }

    @Test("that is damaged is refused, and nothing is touched")
    func damaged() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t"))])
            let backup = try store.backup(named: "monday")
            try store.close()
            try write("UPDATE tasks SET status = 'completed'", to: backup.file)
            let refusal = try fault { _ = try SQLiteStore.restore(backup.file, into: folder, keepingOldAs: "old") }
            #expect(refusal.kind == .corrupt && refusal.message.contains("nothing was restored"))
            #expect(!files.fileExists(atPath: folder + "/old"))
            #expect(try fault { _ = try SQLiteStore.verify(backup: folder + "/none.db") }.kind == .io)
        }
    }

    @Test("is a regular file: no link, fifo, folder or device is one, and nothing is touched")
    func kinds() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t"))])
            let backup = try store.backup(named: "monday").file
            try store.close()
            let link = folder + "/link", fifo = folder + "/fifo"
            #expect(symlink(backup, link) == 0 && mkfifo(fifo, 0o600) == 0)
            let before = try files.contentsOfDirectory(atPath: folder).sorted()
            for path in [link, fifo, folder, "/dev/zero"] {
                let refusal = try fault { _ = try SQLiteStore.restore(path, into: folder, keepingOldAs: "old") }
                #expect(refusal.kind == .io && refusal.place == path)
            }
            #expect(try files.contentsOfDirectory(atPath: folder).sorted() == before)
            #expect(
                try fault { _ = try SQLiteStore.restore(fifo, into: folder + "-new", keepingOldAs: "old") }.kind == .io)
            #expect(!files.fileExists(atPath: folder + "-new"))
        }
    }

    @Test("whose restoring was cut off by a kill is what the next start finds")
    func killed() throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t")), .event(1)])
            let backup = try store.backup(named: "monday")
            try store.commit([.taskAdded(.queued("later")), .event(2)])
            try files.copyItem(atPath: folder, toPath: folder + "-killed")
            try store.close()
            try files.copyItem(atPath: backup.file, toPath: folder + "-killed/conductor.db.incoming")
            let next = try SQLiteStore(folder: folder + "-killed")
            #expect(try next.load().taskNames == ["t"] && next.loss == nil)
            try next.close()
        }
    }
}
