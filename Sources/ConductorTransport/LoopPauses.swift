import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lets an event loop look at its sockets before it goes on: what is executed on a loop, even later, may run before it does.
/// A byte through a pipe comes back with what has come on the sockets.
///
/// Lives on the event loop.
public final class LoopPauses: ChannelInboundHandler {
    public typealias InboundIn = ByteBuffer

    private let end: CInt
    private var bodies: [() -> Void] = []

    private init(end: CInt) {
        self.end = end
    }

    /// - Throws: where there are no descriptors for a pipe.
    public static func start(on loop: any EventLoop) async throws -> NIOLoopBound<LoopPauses> {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw IOError(errnoCode: errno, reason: "pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let end = ends[1]
        let pauses = try await loop.submit { NIOLoopBound(LoopPauses(end: end), eventLoop: loop) }.get()
        _ = try await NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(pauses.value) }
            }
            .takingOwnershipOfDescriptor(input: ends[0]).get()
        return pauses
    }

    /// Calls `body` once the loop has looked at its sockets, and what has come there is read.
    public func callAsFunction(_ body: @escaping () -> Void) {
        bodies.append(body)
        var byte: UInt8 = 0
        // A pipe that is full has enough in it.
        if bodies.count == 1 { write(end, &byte, 1) }
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute { [self] in
            let due = bodies
            bodies = []
            for body in due { body() }
        }
        context.fireChannelReadComplete()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        close(end)
        context.fireChannelInactive()
    }
}
