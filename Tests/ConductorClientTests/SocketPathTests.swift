import ConductorClient
import ConductorTransport
import Testing

@Suite("The search for the daemon's socket")
struct SocketPathTests {
    private func search(explicit: String? = nil, _ variables: [String: String] = [:], existing: Set<String>) -> String {
        SocketPath.search(explicit: explicit, environment: { variables[$0] }, exists: { existing.contains($0) })
    }

    private let own = "/run/user/7/conductor/conductor.sock"

    @Test("takes what the user said, there or not")
    func explicit() {
        #expect(search(explicit: "/a", ["CONDUCTOR_SOCKET": "/b"], existing: ["/b"]) == "/a")
    }

    @Test("takes $CONDUCTOR_SOCKET next, there or not")
    func variable() {
        #expect(search(["CONDUCTOR_SOCKET": "/b", "XDG_RUNTIME_DIR": "/run/user/7"], existing: [own]) == "/b")
    }

    @Test("prefers the user's own daemon where it has a socket")
    func ownDaemon() {
        #expect(search(["XDG_RUNTIME_DIR": "/run/user/7"], existing: [own, SocketPath.system]) == own)
    }

    @Test("finds the user's own daemon where no variable names its folder")
    func withoutVariable() {
        let fallback = "/home/u/.local/state/conductor/run/conductor.sock"
        func search(_ holder: RuntimeFolders.Holder) -> String {
            SocketPath.search(
                environment: { _ in nil }, exists: { $0 == fallback }, uid: 7, holder: { _ in holder },
                home: { _ in "/home/u" })
        }
        #expect(search(.user(7, isPrivate: true)) == fallback)
        #expect(search(.user(8, isPrivate: true)) == SocketPath.system)
        #expect(search(.user(7, isPrivate: false)) == SocketPath.system)
    }

    @Test("falls back to the system's daemon")
    func system() {
        #expect(search(["XDG_RUNTIME_DIR": "/run/user/7"], existing: []) == SocketPath.system)
        #expect(search(["CONDUCTOR_SOCKET": "", "XDG_RUNTIME_DIR": ""], existing: [own]) == SocketPath.system)
    }
}
