#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A backup that was opened: a regular file, whatever its name comes to mean later.
struct BackupFile: ~Copyable {
    private let path: String
    private let descriptor: CInt

    /// Neither a link is followed, nor the other end of a fifo waited for.
    init(_ path: String) throws(StoreFault) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ELOOP {
                throw StoreFault(.io, code: .system(ELOOP), at: path, "is a symbolic link; name its target")
            }
            throw .system(errno, at: path, "cannot be opened")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, at: path, "cannot be looked at") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreFault(.io, at: path, "is no backup: it is not a regular file; nothing was restored")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Refuses what cannot be one, before anything is made for it.
    static func check(_ path: String) throws(StoreFault) {
        _ = try BackupFile(path)
    }

    /// Writes all of it to the end of `target`.
    func copy(to target: CInt) throws(StoreFault) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .system(errno, at: path, "cannot be read") }
            guard count > 0 else { return }
            var written = 0
            while written < count {
                let step = buffer.withUnsafeBytes { write(target, $0.baseAddress! + written, count - written) }
                guard step >= 0 else { throw .system(errno, at: path, "cannot be copied") }
                written += step
            }
        }
    }
}
