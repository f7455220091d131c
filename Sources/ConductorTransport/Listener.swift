import ConductorModel
import NIOCore
import NIOPosix

/// Accepts connections from a socket and gives each to a session.
public struct Listener: Sendable {
    public let socket: ListenerSocket
    private let channel: any Channel

    /// Takes over `socket`; it is closed when this fails.
    /// - Parameters:
    ///   - loop: where the connections live, the only place from which `sessions` is called.
    public static func start(
        _ socket: ListenerSocket, on loop: any EventLoop, sessions: NIOLoopBound<any ServerSessionFactory>
    ) async throws -> Listener {
        let channel = try await ServerBootstrap(group: loop)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // More of it waits for the next turn of the loop.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: ServerChannelOutbox.watermarks)
            .childChannelInitializer { channel in
                PeerCredentials.ofPeer(of: channel).flatMapThrowing { peer in
                    let handler = ServerChannel(peer: peer, sessions: sessions.value)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .withBoundSocket(socket.descriptor)
            .get()
        return Listener(socket: socket, channel: channel)
    }

    /// Accepts nothing more, and removes the socket's file where it is ours. Connections live on.
    public func close() async {
        socket.removeFile()
        // It fails only where it is closed already.
        try? await channel.close()
    }
}
