import ConductorTransport
import Glibc
import Foundation
import Testing

@Suite("The folders of a user's own socket")
struct RuntimeFoldersTests {
    private func paths(_ named: String? = nil, _ holders: [String: RuntimeFolders.Holder] = [:]) -> [String] {
        RuntimeFolders(
            environment: { $0 == "XDG_RUNTIME_DIR" ? named : nil }, uid: 7, holder: { holders[$0] ?? .nobody },
            home: { "/home/\($0)" }
        ).paths
    }

    private let fallback = "/home/7/.local/state/conductor/run"

    @Test("are that of $XDG_RUNTIME_DIR, that of systemd, and one in the user's home")
    func order() {
        #expect(paths() == [fallback])
        #expect(paths("/x") == ["/x/conductor", fallback])
        let own = RuntimeFolders.Holder.user(7, isPrivate: true)
        #expect(
            paths("/x", ["/x": own, "/run/user/7": own])
                == ["/x/conductor", "/run/user/7/conductor", fallback])
        #expect(paths("/run/user/7", ["/run/user/7": own]) == ["/run/user/7/conductor", fallback])
    }

    @Test("are never another user's")
    func foreign() {
        let other = RuntimeFolders.Holder.user(8, isPrivate: true)
        #expect(paths("/x", ["/x": other, "/run/user/7": other]) == [fallback])
        let shared = RuntimeFolders.Holder.user(7, isPrivate: false)
        #expect(paths("/x", ["/x": shared, "/run/user/7": shared]) == [fallback])
        for holder in [other, shared, .unknown] {
            #expect(paths("relative", [fallback: holder]) == [])
        }
    }

    @Test("are in $HOME where the user database does not know the user")
    func unknownUser() {
        #expect(RuntimeFolders.home(of: 4_000_000_001) == ProcessInfo.processInfo.environment["HOME"])
    }

    @Test("are none in a home that there is not")
    func homeless() {
        #expect(RuntimeFolders.fallback(of: 7, home: { _ in nil }) == nil)
        #expect(RuntimeFolders.fallback(of: 7, home: { _ in "home" }) == nil)
        let none = RuntimeFolders(environment: { _ in nil }, uid: 7, holder: { _ in .nobody }, home: { _ in nil })
        #expect(none.paths == [])
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
        #expect(paths("/x", ["/x": .unknown]) == [fallback])
    }
}
