import ConductorTransport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where a user's own processes keep what they have at run time, beside the socket of the user's own daemon: a folder that
/// is this user's alone.
package enum OwnFolder {
    /// The folder is not there, or is not this user's alone.
    package struct Fault: Error, CustomStringConvertible {
        package let path: String
        /// Of the system; 0 where it is somebody else's, or open to others.
        package let number: Int32

        package var description: String {
            number == 0
                ? "\(path) must be your own folder, with mode 0700"
                : "cannot make \(path): " + (strerror(number).map { String(cString: $0) } ?? "error \(number)")
        }
    }

    /// The best first; which of them was used depends on the environment at that time.
    package static var candidates: [String] {
        RuntimeFolders(environment: { name in getenv(name).map { String(cString: $0) } }, uid: getuid()).paths
    }

    /// Makes the best of them, where it is not there yet.
    package static func make() throws(Fault) -> String {
        guard let path = candidates.first else {
            throw Fault(path: "$XDG_RUNTIME_DIR", number: 0)
        }
        try make(path)
        guard RuntimeFolders.holder(of: path) == .user(getuid(), isPrivate: true) else {
            throw Fault(path: path, number: 0)
        }
        return path
    }

    private static func make(_ path: String) throws(Fault) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw Fault(path: path, number: errno)
        }
        try make(String(path[..<slash]))
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw Fault(path: path, number: errno) }
    }
}
