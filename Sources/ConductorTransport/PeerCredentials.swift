import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who is at the other end of a Unix socket, as the kernel recorded it when they connected.
public struct PeerCredentials: Hashable, Sendable {
    public var pid: Int32
    public var uid: UInt32
    public var gid: UInt32

    public init(pid: Int32, uid: UInt32, gid: UInt32) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }

    /// The channel is not a socket, so the kernel knows nobody at its other end.
    public struct Unavailable: Error, Hashable, Sendable {}

    /// The kernel's `struct ucred`, which Glibc's module does not show.
    private struct KernelRecord {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// Asks the kernel about the peer of a connected channel (SO_PEERCRED).
    public static func ofPeer(of channel: any Channel) -> EventLoopFuture<PeerCredentials> {
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(Unavailable())
        }
        let record: EventLoopFuture<KernelRecord> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return record.map { PeerCredentials(pid: $0.pid, uid: $0.uid, gid: $0.gid) }
    }
}
