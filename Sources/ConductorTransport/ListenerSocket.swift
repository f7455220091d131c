#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A Unix socket that accepts connections, before an event loop takes it over.
public struct ListenerSocket: Sendable {
    /// Bytes of the longest path: `sun_path` without the NUL that ends it.
    public static let maximumPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The name by which clients find the socket, and what stood there when it began to be one.
    struct File: Hashable, Sendable {
        let path: String
        let device: UInt64
        let inode: UInt64

        /// Nil where there is none.
        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            self.path = path
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    public let descriptor: CInt
    /// Whoever handed the socket over removes its file.
    public let isInherited: Bool
    let file: File?

    /// Takes over a listening socket that the service manager opened at `path`.
    public init(inherited descriptor: CInt, path: String?) {
        self.descriptor = descriptor
        isInherited = true
        file = path.flatMap(File.init)
    }

    /// Opens a socket at `path`, which appears only once it accepts, with `mode`.
    ///
    /// A missing folder is made with mode 0700. The file of a daemon that is gone is replaced; one that somebody
    /// serves is not.
    public init(bindingTo path: String, mode: UInt32 = 0o660) throws(ListenerFault) {
        guard path.utf8.count <= Self.maximumPathBytes else {
            throw .pathTooLong(path: path, bytes: path.utf8.count, maximum: Self.maximumPathBytes)
        }
        try Self.makeFolder(of: path)
        try Self.refuseForeignFolder(of: path)
        (descriptor, file) = try Self.take(path, mode)
        isInherited = false
    }

    /// Where clients find it; nil where it never had a path.
    public var path: String? { file?.path }

    /// Whether clients that look for it still find it.
    public var isInPlace: Bool { file.map { File($0.path) == $0 } ?? true }

    /// Removes the socket's file if it is still the one made here.
    public func removeFile() {
        if !isInherited, isInPlace, let path { unlink(path) }
    }

    /// Two that do this at once would both find the name free, and the later one would take it from the other.
    private static func take(_ path: String, _ mode: UInt32) throws(ListenerFault) -> (CInt, File) {
        let lock = try NamingLock(for: path)
        defer { extendLifetime(lock) }
        try refuseIfServed(path)
        let socket = try open(path)
        do throws(ListenerFault) {
            return (socket, try publish(socket, at: path, mode))
        } catch {
            close(socket)
            throw error
        }
    }

    private static func publish(_ socket: CInt, at path: String, _ mode: UInt32) throws(ListenerFault) -> File {
        let unfinished = unfinishedPath(for: path)
        unlink(unfinished)
        try check("bind", unfinished, withAddress(unfinished) { bind(socket, $0, $1) })
        do throws(ListenerFault) {
            try check("chmod", unfinished, chmod(unfinished, mode))
            try check("listen", unfinished, listen(socket, SOMAXCONN))
            try check("rename", path, rename(unfinished, path))
            guard let file = File(path) else { throw .system(call: "stat", path: path, code: errno) }
            return file
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    /// A hidden neighbour whose name is as long, so that it fits wherever `path` does.
    static func unfinishedPath(for path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last ?? ""
        let hidden = (name.hasPrefix(".") ? "~" : ".") + name.dropFirst()
        // "." alone is the folder itself.
        return (parts.dropLast() + [hidden == "." ? "~" : Substring(hidden)]).joined(separator: "/")
    }

    private static func makeFolder(of path: String) throws(ListenerFault) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw .system(call: "mkdir", path: folder, code: errno) }
        try makeFolder(of: folder)
        // Another one that starts now may have made it meanwhile.
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .system(call: "mkdir", path: folder, code: errno) }
    }

    private static func refuseForeignFolder(of path: String) throws(ListenerFault) {
        guard let folder = RuntimeFolders.fallback(of: getuid()), path.hasPrefix(folder + "/") else { return }
        guard RuntimeFolders.holder(of: folder) == .user(getuid(), isPrivate: true) else {
            throw .notPrivate(folder: folder)
        }
    }

    private static func refuseIfServed(_ path: String) throws(ListenerFault) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .system(call: "stat", path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = try open(path)
        defer { close(probe) }
        if withAddress(path, { connect(probe, $0, $1) }) == 0 { throw .inUse(path: path) }
        switch errno {
        case ECONNREFUSED, ENOENT: return
        // Its queue of connections is full, so there is one.
        case EAGAIN: throw .inUse(path: path)
        default: throw .system(call: "connect", path: path, code: errno)
        }
    }

    private static func open(_ path: String) throws(ListenerFault) -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", path: path, code: errno) }
        return descriptor
    }

    private static func check(_ call: String, _ path: String, _ result: CInt) throws(ListenerFault) {
        if result != 0 { throw .system(call: call, path: path, code: errno) }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(maximumPathBytes)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
