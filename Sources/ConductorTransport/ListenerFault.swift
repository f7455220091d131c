#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why the daemon's socket cannot be opened.
public enum ListenerFault: Error, Hashable, Sendable {
    case pathTooLong(path: String, bytes: Int, maximum: Int)
    /// Somebody accepts connections there.
    case inUse(path: String)
    /// Another process makes a socket there at this moment.
    case beingTaken(path: String)
    /// A file of another kind stands there, and is not ours to remove.
    case notASocket(path: String)
    /// The folder is another user's, or others may write there.
    case notPrivate(folder: String)
    /// A system call failed; `code` is its errno.
    case system(call: String, path: String, code: Int32)
}

extension ListenerFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .pathTooLong(let path, let bytes, let maximum):
            "the socket path \(path) has \(bytes) bytes; a Unix socket's path has at most \(maximum)"
        case .inUse(let path): "another daemon is serving \(path)"
        case .beingTaken(let path): "another daemon is starting at \(path)"
        case .notASocket(let path): "\(path) exists and is not a socket; remove it or choose another path"
        case .notPrivate(let folder):
            "\(folder) is not this user's alone: give it mode 0700, or say by --socket where the socket is to be"
        case .system(let call, let path, let code):
            "\(call) \(path): \(String(cString: strerror(code))) (errno \(code))"
        }
    }
}
