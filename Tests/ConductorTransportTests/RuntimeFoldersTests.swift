import ConductorTransport
import Glibc
import Testing

@Suite("The folders of a user's own socket")
struct RuntimeFoldersTests {
    private func paths(_ named: String? = nil, _ holders: [String: RuntimeFolders.Holder] = [:]) -> [String] {
        RuntimeFolders(
            environment: { $0 == "XDG_RUNTIME_DIR" ? named : nil }, uid: 7, holder: { holders[$0] ?? .nobody }
        ).paths
    }

    @Test("are that of $XDG_RUNTIME_DIR, that of systemd, and one in /tmp")
    func order() {
        #expect(paths() == ["/tmp/conductor-7"])
        #expect(paths("/x") == ["/x/conductor", "/tmp/conductor-7"])
        let own = RuntimeFolders.Holder.user(7, isPrivate: true)
        #expect(
            paths("/x", ["/x": own, "/run/user/7": own])
                == ["/x/conductor", "/run/user/7/conductor", "/tmp/conductor-7"])
        #expect(paths("/run/user/7", ["/run/user/7": own]) == ["/run/user/7/conductor", "/tmp/conductor-7"])
    }

    @Test("are never another user's")
    func foreign() {
        let other = RuntimeFolders.Holder.user(8, isPrivate: true)
        #expect(paths("/x", ["/x": other, "/run/user/7": other]) == ["/tmp/conductor-7"])
        for holder in [other, .user(7, isPrivate: false), .unknown] {
            #expect(paths("relative", ["/tmp/conductor-7": holder]) == [])
        }
    }

    @Test("are told apart by owner, kind and mode")
    func holders() throws {
        var template = Array("/tmp/conductor-test-XXXXXX\0".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer {
            unlink(folder + "/link")
            rmdir(folder)
        }
        #expect(RuntimeFolders.holder(of: folder) == .user(getuid(), isPrivate: true))
        chmod(folder, 0o750)
        #expect(RuntimeFolders.holder(of: folder) == .user(getuid(), isPrivate: false))
        chmod(folder, 0o700)
        symlink(folder, folder + "/link")
        #expect(RuntimeFolders.holder(of: folder + "/link") == .user(getuid(), isPrivate: false))
        #expect(RuntimeFolders.holder(of: folder + "/none") == .nobody)
        #expect(RuntimeFolders.holder(of: folder + "/none/of/these") == .nobody)
        #expect(RuntimeFolders.holder(of: "/dev/null") == .unknown)
    }

    @Test("are not there where they cannot be made")
    func missing() {
        // Root may write everywhere.
        if getuid() != 0 { #expect(RuntimeFolders.holder(of: "/none") == .unknown) }
        #expect(paths("/x", ["/x": .unknown]) == ["/tmp/conductor-7"])
    }
}
