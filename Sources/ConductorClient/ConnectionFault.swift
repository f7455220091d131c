import ConductorModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The connection to the daemon does not serve; what the daemon refuses is a `Refusal` instead.
public enum ConnectionFault: Error, Hashable, Sendable {
    /// Nothing answers at the socket.
    case notReachable(path: String, errno: CInt)
    /// The daemon is another user's than the one that was demanded; nothing was sent to it.
    case foreign(path: String, uid: UInt32, demanded: UInt32)
    /// The connection ended before its time; what was asked for may or may not have happened. Asking again with the
    /// same ids is safe.
    case lost(errno: CInt?)
    /// The daemon has taken the request and not answered in time, as one that is stopped or stuck; what was asked for may
    /// still happen.
    case silent(path: String, after: Duration)
    /// The daemon refused the connection as a whole.
    case refused(Refusal)
    /// `close()` was called.
    case closed
    /// The other side does not speak the protocol.
    case malformed(reason: String)
    /// Notifications came faster than they were taken: `limit` wait, and `leftOut` live events after them found no room.
    /// Of a channel's messages an unknown number is missing.
    case overrun(limit: Int, leftOut: Int)
}

extension ConnectionFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notReachable(let path, let errno):
            "conductord is not reachable at \(path): \(Self.sentence(errno)). \(Self.advice(errno))"
        case .foreign(let path, let uid, let demanded):
            "what listens at \(path) belongs to uid \(uid), and not to uid \(demanded) as is demanded; "
                + "nothing was sent to it"
        case .lost(let errno):
            "the connection to conductord was lost" + (errno.map { ": \(Self.sentence($0))" } ?? "")
        case .silent(let path, let time):
            "conductord at \(path) has not answered within \(Self.seconds(time)) s; it may be stopped or stuck"
        case .refused(let refusal): "conductord refuses the connection: \(refusal.message)"
        case .closed: "the connection is closed"
        case .malformed(let reason): "what answers does not speak Conductor's protocol: \(reason)"
        case .overrun(let limit, _): "more than \(limit) notifications were waiting to be taken"
        }
    }

    private static func sentence(_ errno: CInt) -> String {
        strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    }

    private static func seconds(_ time: Duration) -> String {
        time.microseconds % 1_000_000 == 0 ? "\(time.microseconds / 1_000_000)" : "\(time.inSeconds)"
    }

    private static func advice(_ errno: CInt) -> String {
        switch errno {
        case EACCES, EPERM: "Your user must be in the group conductor, or use a daemon of your own."
        case ENAMETOOLONG: "A socket's path has at most 107 bytes."
        default: "Start it with: systemctl start conductord.socket (or systemctl --user start conductord.socket)"
        }
    }
}
