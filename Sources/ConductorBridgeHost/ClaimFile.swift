#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A call on the file of claims that failed.
public struct ClaimFileFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let call: String
    public let path: String
    public let errno: CInt

    public var description: String {
        errno == EWOULDBLOCK
            ? "\(path) is in use by another bridge" : "\(call) of \(path) failed: \(String(cString: strerror(errno)))"
    }
}

/// The file that a book of claims is kept in. Its calls block; one thread uses it at a time.
final class ClaimFile: Sendable {
    private static let name = "claims.log"

    private let folder: CInt
    private let path: String

    init(folder path: String) throws(ClaimFileFault) {
        self.path = path
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw ClaimFileFault(call: "open", path: path, errno: errno) }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(folder)
            throw ClaimFileFault(call: "flock", path: path, errno: code)
        }
    }

    deinit {
        close(folder)
    }

    /// All of it; nothing where there is none.
    func contents() throws(ClaimFileFault) -> [UInt8] {
        let descriptor = openat(folder, Self.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw fault("open")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &portion, portion.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += portion[..<count] } else if errno != EINTR { throw fault("read") }
        }
    }

    /// - Parameter isFlushed: Whether it has to be on disk.
    func append(_ bytes: [UInt8], isFlushed: Bool) throws(ClaimFileFault) {
        let descriptor = openat(folder, Self.name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw fault("open") }
        defer { close(descriptor) }
        try put(bytes, into: descriptor)
        guard !isFlushed || fdatasync(descriptor) == 0 else { throw fault("fdatasync") }
    }

    /// Gives the new length.
    func replace(with bytes: [UInt8]) throws(ClaimFileFault) -> Int {
        let new = Self.name + ".new"
        let descriptor = openat(folder, new, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw fault("open") }
        defer { close(descriptor) }
        try put(bytes, into: descriptor)
        guard fsync(descriptor) == 0 else { throw fault("fsync") }
        guard renameat(folder, new, folder, Self.name) == 0 else { throw fault("rename") }
        guard fsync(folder) == 0 else { throw fault("fsync") }
        return bytes.count
    }

    private func put(_ bytes: [UInt8], into descriptor: CInt) throws(ClaimFileFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { throw fault("write") }
        }
    }

    private func fault(_ call: String) -> ClaimFileFault {
        ClaimFileFault(call: call, path: "\(path)/\(Self.name)", errno: errno)
    }
}
