import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folder of one daemon's state, held by a lock until `release` or the end of the process.
final class StateFolder: Sendable {
    let path: String
    /// -1 once released.
    private let lock: Atomic<Int32>

    /// What SQLite and the daemon read in it, without asking whose it is.
    private static let files =
        [Schema.file, TaskLogStore.file].flatMap { file in ["", "-wal", "-shm", "-journal"].map { file + $0 } }
        + [HighWaterMark.file, IncomingDatabase.file, lockFile]
    private static let lockFile = "conductor.lock"

    /// Makes the folder, for its owner only, where it is missing.
    ///
    /// Refused is what another user could have written, and to root what belongs to another user.
    init(path: String) throws(StoreFault) {
        try makeFolder(path)
        try Ownership.check(folder: path)
        for file in Self.files.map({ path + "/" + $0 }) + CommitLog.paths(in: path) { try Ownership.check(file: file) }
        let file = path + "/" + Self.lockFile
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(errno, at: file, "cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            _ = Self.close(descriptor)
            guard number == EWOULDBLOCK else { throw .system(number, at: file, "cannot be locked") }
            throw StoreFault(.locked, code: .system(number), at: path, "another conductord uses this state folder")
        }
        self.path = path
        lock = Atomic(descriptor)
    }

    deinit {
        release()
    }

    func release() {
        let descriptor = lock.exchange(-1, ordering: .acquiringAndReleasing)
        guard descriptor >= 0 else { return }
        // A child that was just forked has the descriptor too, until it executes its program.
        flock(descriptor, LOCK_UN)
        _ = Self.close(descriptor)
    }

    /// Makes sure that `name` is a file that only its owner may read; SQLite gives the files beside it the same mode.
    func privateFile(_ name: String) throws(StoreFault) -> String {
        try Self.privateFile(path + "/" + name)
    }

    /// A file that nobody else can read, made where it is missing.
    /// - Returns: its path.
    static func privateFile(_ file: String) throws(StoreFault) -> String {
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(errno, at: file, "cannot be opened") }
        defer { _ = close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw .system(errno, at: file, "cannot be made private") }
        return file
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.close(descriptor)
        #else
        Musl.close(descriptor)
        #endif
    }
}

/// A file as the kernel knows it, whatever its name.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

/// Bytes in the file at `path`; 0 where there is none.
func fileSize(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
}

/// Makes the folder, and those above it, for their owner only, where they are missing.
func makeFolder(_ path: String) throws(StoreFault) {
    guard mkdir(path, 0o700) != 0 else { return }
    switch errno {
    case EEXIST: return
    case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { fallthrough }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(errno, at: path, "cannot be made") }
    default: throw .system(errno, at: path, "cannot be made")
    }
}

extension StoreFault {
    static func system(_ number: Int32, at place: String, _ message: String) -> StoreFault {
        let kind: Kind = number == ENOSPC || number == EDQUOT ? .full : .io
        return StoreFault(kind, code: .system(number), at: place, "\(message): \(String(cString: strerror(number)))")
    }
}

/// Makes what a file or folder holds durable.
func flush(_ path: String, mode: mode_t? = nil) throws(StoreFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, at: path, "cannot be opened") }
    defer { close(descriptor) }
    if let mode, fchmod(descriptor, mode) != 0 { throw .system(errno, at: path, "cannot be made private") }
    guard fsync(descriptor) == 0 else { throw .system(errno, at: path, "cannot be flushed") }
}
