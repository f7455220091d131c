import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who is at the other end of a Unix socket, as the kernel recorded it when they connected, or began to listen.
public struct PeerCredentials: Hashable, Sendable {
    public var pid: Int32
    public var uid: UInt32
    public var gid: UInt32
    /// Supplementary groups, without group 0.
    public var groups: [UInt32]

    public init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
        self.groups = groups
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
        return record.and(groups(of: socket, on: channel.eventLoop)).map { record, groups in
            PeerCredentials(pid: record.pid, uid: record.uid, gid: record.gid, groups: groups)
        }
    }

    /// As many supplementary groups as we ask for; nobody gets a role by one of more than that.
    private typealias KernelGroups = InlineArray<1024, UInt32>

    /// The kernel writes as many as there are, and the rest stays 0 (SO_PEERGROUPS, which Glibc's module lacks).
    private static func groups(
        of socket: any SocketOptionProvider, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt32]> {
        let record: EventLoopFuture<KernelGroups> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: 59))
        return record.map { record in record.indices.map { record[$0] }.filter { $0 != 0 } }
            .flatMapErrorThrowing { _ in [] }
    }
}
