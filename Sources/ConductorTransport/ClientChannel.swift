import ConductorProtocol
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The client's end of a connection: frames over a Unix socket.
public final class ClientChannel: Sendable {
    /// A daemon's answer may hold more than a request may.
    public static let maximumFrameBytes = 64 << 20

    /// How a connection ended.
    public enum Ending: Hashable, Sendable {
        /// One of the two sides closed it.
        case endOfStream
        case failed(errno: CInt)
        case badFrame(FrameDecoder.Fault)
    }

    /// No connection came to be.
    public struct Unreachable: Error, Hashable, Sendable {
        public let errno: CInt
    }

    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects to the socket at `path`. Both closures are called on `eventLoop` only, `ended` once, as the last.
    /// Where `received` says false, the connection is closed.
    public static func connect(
        path: String, on eventLoop: any EventLoop,
        received: @escaping @Sendable (_ body: [UInt8]) -> Bool,
        ended: @escaping @Sendable (Ending) -> Void
    ) async throws(Unreachable) -> ClientChannel {
        let bootstrap = ClientBootstrap(group: eventLoop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FrameHandler(received: received, ended: ended))
            }
        }
        do {
            let address = try SocketAddress(unixDomainSocketPath: path)
            return ClientChannel(channel: try await bootstrap.connect(to: address).get())
        } catch let error as IOError {
            throw Unreachable(errno: error.errnoCode)
        } catch is SocketAddressError {
            throw Unreachable(errno: ENAMETOOLONG)
        } catch {
            throw Unreachable(errno: EIO)
        }
    }

    /// Who listens there; nil where the connection has ended already.
    ///
    /// The kernel recorded them as the socket began to listen: of one that a service manager opened, it is that.
    public func listener() async -> PeerCredentials? {
        try? await PeerCredentials.ofPeer(of: channel).get()
    }

    /// Sends one frame. The future succeeds when the kernel has taken all of it: who awaits that buffers one frame only.
    @discardableResult
    public func send(_ body: [UInt8]) -> EventLoopFuture<Void> {
        var buffer = channel.allocator.buffer(capacity: FrameDecoder.headerBytes + body.count)
        buffer.writeInteger(UInt32(clamping: body.count))
        buffer.writeBytes(body)
        return channel.writeAndFlush(buffer)
    }

    /// Never before it returns, though it is called on the event loop: who calls it may be in the middle of what
    /// `ended` changes too, as where `received` lets go of the last reference to a client.
    public func close() {
        channel.eventLoop.execute { [channel] in channel.close(promise: nil) }
    }

    /// Succeeds once the connection has ended, whoever ended it.
    public var closed: EventLoopFuture<Void> { channel.closeFuture }
}

/// Cuts what comes into frames.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: @Sendable ([UInt8]) -> Bool
    private let ended: @Sendable (ClientChannel.Ending) -> Void
    private var decoder = FrameDecoder(maximumBytes: ClientChannel.maximumFrameBytes)
    private var ending: ClientChannel.Ending = .endOfStream

    init(
        received: @escaping @Sendable ([UInt8]) -> Bool, ended: @escaping @Sendable (ClientChannel.Ending) -> Void
    ) {
        self.received = received
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { decoder.append($0) }
        do throws(FrameDecoder.Fault) {
            while let body = try decoder.next() {
                guard received(body) else { return context.close(promise: nil) }
            }
        } catch {
            ending = .badFrame(error)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ending = .failed(errno: (error as? IOError)?.errnoCode ?? EIO)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended(ending)
    }
}
