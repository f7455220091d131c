import ConductorModel
import ConductorProtocol
import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import ConductorTransport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("The daemon's socket")
struct ListenerTests {
    /// A folder that is gone when the test is over.
    final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/conductor-listener-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Failure() }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        deinit {
            for name in ["s", "~", "sub/s"] { unlink(path + "/" + name) }
            rmdir(path + "/sub")
            rmdir(path)
        }

        struct Failure: Error {}
    }

    @Test("is there with mode 0660, in a folder made 0700, and goes when it is removed")
    func binding() throws {
        let folder = try Folder()
        let path = folder.path + "/sub/s"
        let socket = try ListenerSocket(bindingTo: path)
        defer { close(socket.descriptor) }
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
        #expect(stat(folder.path + "/sub", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        socket.removeFile()
        #expect(lstat(path, &status) == -1)
    }

    @Test("is not taken from a daemon that serves it")
    func live() throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        let socket = try ListenerSocket(bindingTo: path)
        defer { close(socket.descriptor) }
        #expect(throws: ListenerFault.inUse(path: path)) { try ListenerSocket(bindingTo: path) }
        #expect("\(ListenerFault.inUse(path: path))".contains(path))
    }

    @Test("of many that begin at once over the file of one that is gone, has one that wins, whose socket then works")
    func race() throws {
        for _ in 0..<50 {
            let folder = try Folder()
            let path = folder.path + "/sub/s"
            close(try ListenerSocket(bindingTo: path).descriptor)
            let won = Mutex<[CInt]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                guard let socket = try? ListenerSocket(bindingTo: path) else { return }
                won.withLock { $0.append(socket.descriptor) }
            }
            let winners = won.withLock { $0 }
            #expect(winners.count == 1)
            close(try Folder.connect(path))
            for winner in winners { close(winner) }
        }
    }

    @Test("is not taken while another one takes the name, whose lock then leaves nothing behind")
    func lock() throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        do {
            let lock = try NamingLock(for: path)
            #expect(throws: ListenerFault.beingTaken(path: path)) { try ListenerSocket(bindingTo: path) }
            extendLifetime(lock)
        }
        close(try ListenerSocket(bindingTo: path).descriptor)
        var status = stat()
        #expect(lstat(path + ".lock", &status) == -1)
    }

    @Test("replaces the file of a daemon that is gone, whose own removal then leaves it alone")
    func stale() throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        let gone = try ListenerSocket(bindingTo: path)
        close(gone.descriptor)
        let socket = try ListenerSocket(bindingTo: path)
        defer { close(socket.descriptor) }
        gone.removeFile()
        var status = stat()
        #expect(lstat(path, &status) == 0)
    }

    @Test("does not remove a file of another kind")
    func otherFile() throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: ListenerFault.notASocket(path: path)) { try ListenerSocket(bindingTo: path) }
    }

    @Test("may have a path as long as the kernel takes, and not a byte more")
    func pathLength() throws {
        let folder = try Folder()
        let name = String(repeating: "n", count: ListenerSocket.maximumPathBytes - folder.path.utf8.count - 1)
        let path = folder.path + "/" + name
        let socket = try ListenerSocket(bindingTo: path)
        defer { close(socket.descriptor) }
        socket.removeFile()
        let fault = ListenerFault.pathTooLong(path: path + "n", bytes: 108, maximum: 107)
        #expect(throws: fault) { try ListenerSocket(bindingTo: path + "n") }
    }

    @Test(
        "is made under a hidden name that is as long",
        arguments: [
            ("/run/c/conductor.sock", "/run/c/.onductor.sock"), ("/run/.s", "/run/~s"), ("/run/s", "/run/~"),
            ("s", "~"),
        ])
    func hiddenName(path: String, unfinished: String) {
        #expect(ListenerSocket.unfinishedPath(for: path) == unfinished)
    }

    @Test("tells who connects, and serves them")
    func serving() async throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (peers, sink) = AsyncStream.makeStream(of: PeerCredentials.self)
        let sessions = try await loop.submit {
            NIOLoopBound<any ServerSessionFactory>(Echo(sink: sink), eventLoop: loop)
        }.get()
        let listener = try await Listener.start(
            try ListenerSocket(bindingTo: path), on: loop, sessions: sessions)
        let reply = try await Self.exchange(ServerChannelHarness.ping(5), path: path)
        #expect(reply == #"{"jsonrpc":"2.0","id":5,"result":{}}"#)
        let peer = await peers.first { _ in true }
        #expect(
            peer == PeerCredentials(pid: getpid(), uid: getuid(), gid: getgid(), groups: peer?.groups ?? []))
        #expect(Set(peer?.groups ?? []) == Self.ownGroups)
        await listener.close()
        #expect(throws: (any Error).self) { try Folder.connect(path) }
    }

    /// Supplementary groups, but for group 0.
    private static var ownGroups: Set<gid_t> {
        var groups = [gid_t](repeating: 0, count: Int(max(getgroups(0, nil), 0)))
        getgroups(Int32(groups.count), &groups)
        return Set(groups).subtracting([0])
    }

    /// Answers everything, and tells who came.
    final class Echo: ServerSessionFactory {
        final class Session: ServerSession {
            let channel: ServerChannel
            init(channel: ServerChannel) { self.channel = channel }
            func refusal(of method: ConductorProtocol.Method) -> Refusal? { nil }
            func received(_ message: ServerMessage) {
                if case .request(let id?, _) = message { channel.answer(id, .success(.empty)) }
            }
            func becameWritable() {}
            func closed() {}
        }

        let limits = Limits()
        let turns = RequestTurns { loop, body in loop.assumeIsolated().execute(body) }
        let sink: AsyncStream<PeerCredentials>.Continuation
        init(sink: AsyncStream<PeerCredentials>.Continuation) { self.sink = sink }

        func account(_ bytes: Int, of peer: PeerCredentials) -> Refusal? { nil }

        func open(_ channel: ServerChannel, peer: PeerCredentials) throws(Refusal) -> any ServerSession {
            sink.yield(peer)
            return Session(channel: channel)
        }
    }

    /// Sends, shuts down the sending side, and reads to the end on a thread that may block: `echo … | nc -U`.
    private static func exchange(_ bytes: [UInt8], path: String) async throws -> String {
        try await NIOThreadPool.singleton.runIfActive {
            let descriptor = try Folder.connect(path)
            defer { close(descriptor) }
            _ = send(descriptor, bytes, bytes.count, 0)
            shutdown(descriptor, CInt(SHUT_WR))
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                answer += buffer[..<count]
            }
            return String(decoding: answer.dropFirst(4), as: UTF8.self)
        }
    }
}

extension ListenerTests.Folder {
    static func connect(_ path: String) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure()
        }
        return descriptor
    }
}
