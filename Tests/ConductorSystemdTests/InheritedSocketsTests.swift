import Glibc
import Testing

@testable import ConductorSystemd

@Suite struct InheritedSocketsTests {
    @Test("A process started by hand inherits nothing, and neither does the child of an activated one")
    func none() async {
        await #expect(processExitsWith: .success) {
            unsetenv("LISTEN_FDS")
            let withoutSystemd = try InheritedSockets.descriptors()
            #expect(withoutSystemd == [])
            setenv("LISTEN_FDS", "1", 1)
            setenv("LISTEN_PID", "1", 1)
            let meantForAnother = try InheritedSockets.descriptors()
            #expect(meantForAnother == [])
        }
    }

    @Test("A listening Unix stream socket on descriptor 3 is handed over")
    func one() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let socket = try UnixSocket(.stream, boundTo: directory.path + "/socket")
            socket.listen()
            // Descriptor 3 may be the test runner's own.
            let before = dup(3)
            dup2(socket.descriptor, 3)
            setenv("LISTEN_FDS", "1", 1)
            setenv("LISTEN_PID", String(getpid()), 1)
            let descriptors = Result { try InheritedSockets.descriptors() }
            if before >= 0 { dup2(before, 3) }
            #expect(try descriptors.get() == [3])
        }
    }

    @Test("A socket says where clients find it; what has no path says nothing")
    func path() throws {
        let directory = try TemporaryDirectory()
        let socket = try UnixSocket(.stream, boundTo: directory.path + "/socket")
        #expect(InheritedSockets.path(of: socket.descriptor) == directory.path + "/socket")
        #expect(InheritedSockets.path(of: try Pipe().readEnd) == nil)
    }

    @Test("An environment that makes no sense is a fault")
    func nonsense() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_FDS", "many", 1)
            setenv("LISTEN_PID", String(getpid()), 1)
            #expect(throws: InheritedSockets.Failure.fault(SystemdFault(call: .listenFDs, code: EINVAL))) {
                try InheritedSockets.descriptors()
            }
        }
    }

    @Test("A socket that does not listen, one of datagrams, or no socket at all does not fit")
    func misfits() throws {
        let directory = try TemporaryDirectory()
        let pipe = try Pipe()
        let silent = try UnixSocket(.stream, boundTo: directory.path + "/silent")
        let datagram = try UnixSocket(.datagram, boundTo: directory.path + "/datagram")
        for descriptor in [pipe.readEnd, silent.descriptor, datagram.descriptor] {
            #expect(throws: InheritedSockets.Failure.notAListeningUnixStream(descriptor: descriptor)) {
                try InheritedSockets.check(descriptor)
            }
        }
        silent.listen()
        #expect(throws: Never.self) { try InheritedSockets.check(silent.descriptor) }
    }
}
