import ConductorJSON
import ConductorModel
import ConductorProtocol
import ConductorTransport
import NIOCore
import NIOEmbedded

/// A server channel on an embedded loop, whose session records what it is told and answers when the test says.
final class ServerChannelHarness {
    final class Session: ServerSession {
        var messages: [ServerMessage] = []
        var timesWritable = 0
        var isClosed = false
        /// Answers each request as it comes.
        var answersAtOnce = false
        let channel: ServerChannel

        init(channel: ServerChannel) {
            self.channel = channel
        }

        var requestIDs: [RequestID] {
            messages.compactMap { message in
                guard case .request(let id?, _) = message else { return nil }
                return id
            }
        }

        func refusal(of method: ConductorProtocol.Method) -> Refusal? { nil }

        func received(_ message: ServerMessage) {
            messages.append(message)
            if answersAtOnce, case .request(let id?, _) = message { channel.answer(id, .success(.empty)) }
        }

        func becameWritable() { timesWritable += 1 }
        func closed() { isClosed = true }
    }

    final class Factory: ServerSessionFactory {
        var refusal: Refusal?
        var limits = Limits()
        var sessions: [Session] = []
        let turns: RequestTurns

        init(turns: RequestTurns = RequestTurns { loop, body in loop.assumeIsolated().execute(body) }) {
            self.turns = turns
        }

        /// What is accounted for the connections.
        var bytes = UserCounts()

        func account(_ bytes: Int, of peer: PeerCredentials) -> Refusal? {
            self.bytes.add(bytes, of: peer.uid)
            return self.bytes.refusal(adding: 0, of: peer.uid, limits.queuedBytesQuota, isPrivileged: false)
        }

        func open(_ channel: ServerChannel, peer: PeerCredentials) throws(Refusal) -> any ServerSession {
            if let refusal { throw refusal }
            let session = Session(channel: channel)
            sessions.append(session)
            return session
        }
    }

    /// Stands for the socket: counts reads, and holds writes back while it is stuck.
    final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private(set) var isStuck = false
        var reads = 0
        private var held: [(NIOAny, EventLoopPromise<Void>?)] = []

        func read(context: ChannelHandlerContext) {
            reads += 1
            context.read()
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if isStuck {
                held.append((data, promise))
            } else {
                context.write(data, promise: promise)
            }
        }

        /// As when much was written before that nobody reads.
        func stick(_ context: ChannelHandlerContext, on channel: EmbeddedChannel) {
            isStuck = true
            channel.isWritable = false
            context.fireChannelWritabilityChanged()
        }

        func release(_ context: ChannelHandlerContext, on channel: EmbeddedChannel) {
            isStuck = false
            for (data, promise) in held { context.write(data, promise: promise) }
            held = []
            context.flush()
            channel.isWritable = true
            context.fireChannelWritabilityChanged()
        }
    }

    let factory = Factory()
    let socket = Socket()
    let channel = EmbeddedChannel()
    let peer = PeerCredentials(pid: 1, uid: 1000, gid: 1000)

    init(limits: Limits = Limits(), refusal: Refusal? = nil) throws {
        factory.refusal = refusal
        factory.limits = limits
        try channel.pipeline.syncOperations.addHandler(socket)
        try channel.pipeline.syncOperations.addHandler(ServerChannel(peer: peer, sessions: factory))
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/peer"), promise: nil)
    }

    var session: Session {
        get throws {
            guard let session = factory.sessions.first else { throw NoSession() }
            return session
        }
    }

    struct NoSession: Error {}

    func receive(_ bytes: some Sequence<UInt8>) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        channel.embeddedEventLoop.run()
    }

    func stick() throws {
        socket.stick(try channel.pipeline.syncOperations.context(handler: socket), on: channel)
    }

    func release() throws {
        socket.release(try channel.pipeline.syncOperations.context(handler: socket), on: channel)
        channel.embeddedEventLoop.run()
    }

    /// The next write, cut into the frames that it holds.
    func nextWrite() throws -> [String] {
        guard var buffer = try channel.readOutbound(as: ByteBuffer.self) else { return [] }
        var frames: [String] = []
        while let length = buffer.readInteger(as: UInt32.self), let body = buffer.readString(length: Int(length)) {
            frames.append(body)
        }
        return frames
    }

    static func frame(_ body: String) -> [UInt8] {
        withUnsafeBytes(of: UInt32(body.utf8.count).bigEndian) { Array($0) } + body.utf8
    }

    static func ping(_ id: Int) -> [UInt8] {
        frame(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
    }
}
