import ConductorModel
import ConductorProtocol
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// A daemon at a real Unix socket that says just what a test tells it to say.
public final class FakeDaemon: Sendable {
    public let path: String

    private let listener: any Channel
    private let conversations: AsyncStream<Conversation>

    private init(path: String, listener: any Channel, conversations: AsyncStream<Conversation>) {
        self.path = path
        self.listener = listener
        self.conversations = conversations
    }

    /// Connections that were made stay until they are closed.
    deinit {
        listener.close(promise: nil)
        unlink(path)
    }

    /// A path for a socket that nothing else uses.
    public static func newPath() -> String {
        "/tmp/conductor-fake-\(TaskID.uuid(.random(in: .min ... .max), .random(in: .min ... .max))).sock"
    }

    public static func start(at path: String = newPath()) async throws -> FakeDaemon {
        let (conversations, arrivals) = AsyncStream<Conversation>.makeStream()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConversationHandler(arrivals: arrivals))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        return FakeDaemon(path: path, listener: listener, conversations: conversations)
    }

    /// The next connection that a client makes.
    public func accept() async throws -> Conversation {
        for await conversation in conversations { return conversation }
        throw CancellationError()
    }
}

/// The daemon's side of one connection.
public struct Conversation: Sendable {
    let channel: any Channel
    let steps: AsyncStream<ServerConnection.Step>

    public struct Surprise: Error {
        public let what: String

        public init(what: String) {
            self.what = what
        }
    }

    /// What the client says next; nil when it has closed.
    public func next() async -> ServerConnection.Step? {
        for await step in steps { return step }
        return nil
    }

    public func nextRequest() async throws -> (id: RequestID, request: Request) {
        let step = await next()
        guard case .request(let id?, let request)? = step else {
            throw Surprise(what: "a request was expected, not \(String(describing: step))")
        }
        return (id, request)
    }

    public func nextReport() async throws -> AttemptReport {
        let step = await next()
        guard case .report(let report)? = step else {
            throw Surprise(what: "a report was expected, not \(String(describing: step))")
        }
        return report
    }

    public func reply(_ reply: Reply, to id: RequestID) async throws {
        try await send([Message.reply(reply, id: id)])
    }

    public func refuse(_ refusal: Refusal, to id: RequestID?) async throws {
        try await send([Message.refusal(refusal, id: id)])
    }

    public func notify(_ notification: Notification) async throws {
        try await send([Message.notification(notification)])
    }

    /// Sends frames in one piece.
    public func send(_ bodies: [[UInt8]]) async throws {
        var buffer = channel.allocator.buffer(capacity: bodies.reduce(0) { $0 + 4 + $1.count })
        for body in bodies {
            buffer.writeInteger(UInt32(clamping: body.count))
            buffer.writeBytes(body)
        }
        try await channel.writeAndFlush(buffer)
    }

    public func close() async throws {
        try await channel.close()
    }
}

private final class ConversationHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let arrivals: AsyncStream<Conversation>.Continuation
    private let steps: AsyncStream<ServerConnection.Step>
    private let continuation: AsyncStream<ServerConnection.Step>.Continuation
    private var connection = ServerConnection(limits: Limits())

    init(arrivals: AsyncStream<Conversation>.Continuation) {
        self.arrivals = arrivals
        (steps, continuation) = AsyncStream.makeStream()
    }

    func channelActive(context: ChannelHandlerContext) {
        arrivals.yield(Conversation(channel: context.channel, steps: steps))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { connection.append($0) }
        while true {
            let step = connection.next()
            if case .wait = step { return }
            continuation.yield(step)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish()
    }
}
