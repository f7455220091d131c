import ConductorModel
import NIOCore
import NIOEmbedded
import Testing

@testable import ConductorTransport

@Suite("Reading from many connections")
struct ReadTurnsTests {
    private static let flooder: UInt32 = 2000, quiet: UInt32 = 3000

    @Test("goes round those of a user, so many in a turn, and keeps no other user waiting")
    func share() throws {
        let world = World()
        let flood = try (0..<40).map { _ in try world.connect(uid: Self.flooder) }
        let quiet = try world.connect(uid: Self.quiet)
        for connection in flood { connection.receive(1) }
        quiet.receive(1)
        #expect(quiet.reads == 1)
        let free = ReadTurns.share - 1
        #expect(flood.map(\.reads).reduce(0, +) == free)
        world.turn()
        #expect(flood.map(\.reads).reduce(0, +) == free + ReadTurns.share)
        world.turn()
        #expect(flood.allSatisfy { $0.reads == 1 })
        #expect(!world.isWaiting)
    }

    @Test("is as each connection asks for where there is one user")
    func alone() throws {
        let world = World()
        let connections = try (0..<40).map { _ in try world.connect(uid: Self.flooder) }
        for connection in connections { connection.receive(1) }
        #expect(connections.allSatisfy { $0.reads == 1 })
        #expect(!world.isWaiting)
    }

    @Test("leaves a connection out that is closed as its turn comes")
    func closed() throws {
        let world = World()
        let flood = try (0..<20).map { _ in try world.connect(uid: Self.flooder) }
        _ = try world.connect(uid: Self.quiet)
        for connection in flood { connection.receive(1) }
        let last = try #require(flood.last)
        last.close()
        world.turn()
        #expect(last.reads == 0)
        #expect(flood.dropLast().allSatisfy { $0.reads == 1 })
    }

    /// Connections of several users on one loop, whose turns end when the test says.
    private final class World {
        private let loop = EmbeddedEventLoop()
        private let factory: ServerChannelHarness.Factory
        private let pauses = Pauses()

        private final class Pauses {
            var bodies: [() -> Void] = []
        }

        init() {
            factory = ServerChannelHarness.Factory(
                turns: RequestTurns { [pauses] _, body in pauses.bodies.append(body) })
        }

        var isWaiting: Bool { !pauses.bodies.isEmpty }

        func connect(uid: UInt32) throws -> Connection {
            let channel = EmbeddedChannel(loop: loop), socket = ServerChannelHarness.Socket()
            let peer = PeerCredentials(pid: 1, uid: uid, gid: uid)
            try channel.pipeline.syncOperations.addHandler(socket)
            try channel.pipeline.syncOperations.addHandler(ServerChannel(peer: peer, sessions: factory))
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/peer"), promise: nil)
            loop.run()
            return Connection(channel: channel, socket: socket)
        }

        func turn() {
            loop.run()
            let due = pauses.bodies
            pauses.bodies = []
            for body in due { body() }
            loop.run()
        }
    }

    private struct Connection {
        let channel: EmbeddedChannel
        let socket: ServerChannelHarness.Socket

        var reads: Int { socket.reads }

        /// A byte of a frame's length comes, and the channel asks for more, as it does by itself with a real socket.
        func receive(_ byte: UInt8) {
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: [byte]))
            channel.pipeline.fireChannelReadComplete()
            channel.pipeline.read()
        }

        func close() { channel.close(promise: nil) }
    }
}
