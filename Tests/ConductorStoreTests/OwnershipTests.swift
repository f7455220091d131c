import ConductorEngine
import ConductorModel
import Foundation
import Testing

@testable import ConductorStore

@Suite("State that another user could write")
struct OwnershipTests {
    private func withState(_ body: (_ folder: String) throws -> Void) throws {
        try withFolder { folder in
            let store = try SQLiteStore(folder: folder)
            try store.commit([.taskAdded(.queued("t"))])
            try store.close()
            try body(folder)
            chmod(folder, 0o700)
        }
    }

    private func refusal(_ folder: String) throws -> StoreFault {
        try fault { _ = try SQLiteStore(folder: folder) }
    }

    @Test("is refused where the folder can be written to, and is not read", arguments: [0o770, 0o702, 0o1777])
    func folder(mode: Int) throws {
        try withState { folder in
            chmod(folder, mode_t(mode))
            let fault = try refusal(folder)
            #expect(fault.kind == .notPrivate && fault.place == folder && fault.message.contains("chmod go-w"))
        }
    }

    @Test(
        "is refused where a file in it can be written to",
        arguments: ["conductor.db", "conductor.mark", "conductor.db-commits.1", "conductor.lock"])
    func file(name: String) throws {
        try withState { folder in
            for mode in [0o620, 0o602] as [mode_t] {
                chmod(folder + "/" + name, mode)
                let fault = try refusal(folder)
                #expect(fault.kind == .notPrivate && fault.place == folder + "/" + name)
            }
            chmod(folder + "/" + name, 0o644)
            try SQLiteStore(folder: folder).close()
        }
    }

    @Test(
        "is refused where a file in it is a link, a fifo or a folder",
        arguments: ["conductor.db", "conductor.db-wal", "conductor.db-commits.0", "conductor.db.incoming"])
    func kind(name: String) throws {
        try withState { folder in
            let path = folder + "/" + name
            let make: [() -> Int32] = [{ symlink("elsewhere", path) }, { mkfifo(path, 0o600) }, { mkdir(path, 0o700) }]
            for make in make {
                _ = remove(path)
                #expect(make() == 0)
                let fault = try refusal(folder)
                #expect(fault.kind == .notPrivate && fault.place == path && fault.message == "is not a regular file")
            }
        }
    }

    @Test("is refused where a folder above may be renamed by others, unless it is sticky")
    func parents() throws {
        try withFolder { folder in
            #expect(mkdir(folder, 0o700) == 0)
            chmod(folder, 0o777)
            let fault = try refusal(folder + "/state")
            #expect(fault.kind == .notPrivate && fault.place.hasSuffix(folder.split(separator: "/").last ?? ""))
            chmod(folder, 0o1777)
            try SQLiteStore(folder: folder + "/state").close()
        }
    }

    @Test(
        "may lie below what only its owner's own group may write to beside its owner",
        arguments: [(0o775, 1000, true), (0o775, 100, false), (0o777, 1000, false), (0o775, 0, false)])
    func privateGroup(mode: mode_t, group: gid_t, isPrivate: Bool) {
        var status = stat()
        (status.st_mode, status.st_uid, status.st_gid) = (S_IFDIR | mode, 1000, group)
        #expect(status.isPrivateToItsGroup == isPrivate)
        (status.st_uid, status.st_gid) = (0, 0)
        #expect(!status.isPrivateToItsGroup)
    }

    @Test("is refused where it is another user's", .enabled(if: getuid() == 0, "Only root can give files away."))
    func foreign() throws {
        for name in ["", "/conductor.db", "/conductor.mark"] {
            try withState { folder in
                chown(folder + name, 4321, 0)
                let fault = try refusal(folder)
                #expect(fault.kind == .notPrivate && fault.message.contains("4321"))
            }
        }
    }

    @Test("may lead over a link, as the folder of a service with a dynamic user does")
    func link() throws {
        try withState { folder in
            #expect(symlink(folder, folder + "-link") == 0)
            try SQLiteStore(folder: folder + "-link").close()
        }
    }
}
