import Testing

@testable import ConductorCommandLine

@Suite("The search for conductord")
struct DaemonExecutableTests {
    @Test("looks beside conductorctl, and in the sbin beside its bin")
    func places() {
        #expect(DaemonExecutable.places(besides: "/usr/local/bin") == ["/usr/local/bin", "/usr/local/sbin"])
        #expect(DaemonExecutable.places(besides: "/work/.build/debug") == ["/work/.build/debug"])
        #expect(DaemonExecutable.places(besides: "/bin") == ["/bin", "/sbin"])
        #expect(DaemonExecutable.places(besides: nil) == [])
    }
}
